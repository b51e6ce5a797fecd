import { hyperstartCodes } from '../wire/hyperstart/commands.js';
import { AgentFailure, type CommandReader } from './command-data.js';
import { vmPrograms } from './programs.js';
import { RunningProcess, type SendOutput, type VmProcess, type VmProgram } from './vm-process.js';

/** What the agent answers a command with: the payload of its `ack`. */
export type AckPayload = string | undefined;

/** The agent's containers and their processes. */
export class ProcessTable {
  /** All that were ever started, in order. */
  readonly processes: RunningProcess[] = [];
  readonly #containers = new Set<string>();
  readonly #programs: Readonly<Record<string, VmProgram>>;
  readonly #send: SendOutput;
  readonly #onStart: (process: VmProcess) => void;

  constructor(programs: Readonly<Record<string, VmProgram>>, send: SendOutput, onStart: (process: VmProcess) => void) {
    this.#programs = { ...vmPrograms, ...programs };
    this.#send = send;
    this.#onStart = onStart;
  }

  /**
   * Does what a command says.
   *
   * @throws AgentFailure what the agent answers an error with.
   */
  run(code: number, data: CommandReader): AckPayload {
    switch (code) {
      case hyperstartCodes.startpod:
        for (const container of data.list('containers')) this.#newContainer(container);
        return undefined;
      case hyperstartCodes.newcontainer:
        this.#newContainer(data);
        return undefined;
      case hyperstartCodes.execcmd:
        this.#start(this.#known(data.text('container')), data.member('process'));
        return undefined;
      case hyperstartCodes.killcontainer:
        this.#kill(this.#known(data.text('container')), data.number('signal'), data.flag('allProcesses'));
        return undefined;
      case hyperstartCodes.winsize:
        this.#resize(data);
        return undefined;
      case hyperstartCodes.removecontainer:
        this.#remove(this.#known(data.text('container')));
        return undefined;
      case hyperstartCodes.pscontainer:
        return this.#list(this.#known(data.text('container')));
      case hyperstartCodes.destroypod:
        this.killAll();
        return undefined;
      default:
        return undefined;
    }
  }

  /** Input that came on a stream; what no process reads is dropped. */
  takeInput(stream: bigint, data: Uint8Array): void {
    this.#running()
      .find(({ stdio }) => stdio === stream && stdio !== 0n)
      ?.takeInput(data);
  }

  killAll(): void {
    for (const process of this.#running()) process.signal(9);
    this.#containers.clear();
  }

  #newContainer(data: CommandReader): void {
    const id = data.text('id');
    if (this.#containers.has(id)) throw new AgentFailure(`container ${id} exists`);
    this.#containers.add(id);
    try {
      this.#start(id, data.member('process'));
    } catch (error) {
      this.#containers.delete(id);
      throw error;
    }
  }

  #start(container: string, data: CommandReader): void {
    const args = data.texts('args');
    const [path = ''] = args;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const program = Object.hasOwn(this.#programs, name) ? this.#programs[name] : undefined;
    if (program === undefined) throw new AgentFailure(`no program ${JSON.stringify(path)}`);
    const process = new RunningProcess(
      {
        container,
        args: [name, ...args.slice(1)],
        env: Object.fromEntries(data.list('envs').map((entry) => [entry.text('env'), entry.text('value')])),
        workdir: data.text('workdir') || '/',
        isTerminal: data.flag('terminal'),
        stdio: data.stream('stdio'),
        stderr: data.stream('stderr'),
      },
      program,
      this.#send,
    );
    if (data.number('rows') > 0) process.windowSize = { rows: data.number('rows'), columns: data.number('columns') };
    this.processes.push(process);
    this.#onStart(process);
  }

  /** The signal goes to the container's first process, which takes the others with it when it ends. */
  #kill(container: string, signal: number, isForAll: boolean): void {
    const [first, ...others] = this.#running().filter((process) => process.container === container);
    if (first === undefined) throw new AgentFailure(`no process runs in container ${container}`);
    first.signal(signal);
    if (isForAll) for (const process of others) process.signal(signal);
  }

  #resize(data: CommandReader): void {
    const stream = data.stream('seq');
    const process = this.#running().find(({ stdio }) => stdio === stream);
    if (process === undefined) throw new AgentFailure(`no process has stream ${stream}`);
    process.windowSize = { rows: data.number('row'), columns: data.number('column') };
  }

  #remove(container: string): void {
    if (this.#running().some((process) => process.container === container)) {
      throw new AgentFailure(`container ${container} is running`);
    }
    this.#containers.delete(container);
  }

  #list(container: string): string {
    const all = [...this.processes.entries()].filter(
      ([, process]) => process.container === container && !process.hasExited,
    );
    return JSON.stringify(all.map(([index, { args }]) => ({ pid: index + 1, command: args.join(' ') })));
  }

  #known(container: string): string {
    if (!this.#containers.has(container)) throw new AgentFailure(`no container ${container}`);
    return container;
  }

  #running(): RunningProcess[] {
    return this.processes.filter((process) => !process.hasExited);
  }
}
