import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hyperstartCodes, hyperstartName } from '../wire/hyperstart/commands.js';
import {
  controlHeaderBytes,
  ControlReader,
  encodeControlPacket,
  encodeNext,
} from '../wire/hyperstart/control-packet.js';
import { encodeIoPacket, encodeIoPackets, IoReader } from '../wire/hyperstart/io-packet.js';
import { CommandReader } from './command-data.js';
import { ProcessTable } from './process-table.js';
import type { VmProcess, VmProgram } from './vm-process.js';

/** A command that came on the control socket. */
export interface VmCommand {
  /** Its name; undefined where the code has none. */
  name: string | undefined;
  code: number;
  /** As it came; UTF-8 where it is text. */
  payload: Uint8Array;
}

/**
 * What the agent answers instead of doing what the command says: an `ack` or `error` with a payload, another packet, or nothing
 * at all.
 */
export type VmReply =
  | { ack: string | Uint8Array }
  | { error: string | Uint8Array }
  | { code: number; payload?: string | Uint8Array }
  | 'silence';

export interface VmAgentOptions {
  /** Programs beside those there are ({@link vmPrograms}), or in their place, by name. */
  programs?: Readonly<Record<string, VmProgram>> | undefined;
  /** Is asked first; undefined: the agent does what the command says. */
  onCommand?: ((command: VmCommand) => VmReply | undefined | Promise<VmReply | undefined>) | undefined;
  /** Whether `ready` is sent when the proxy has connected. Default true; else see {@link VmAgent.sendControl}. */
  isReady?: boolean | undefined;
  /** Folder for the two sockets. Default: a new one in the system's folder for temporary files, removed at the end. */
  folder?: string | undefined;
}

/** The agent of a virtual machine that is not there: what a proxy connects to, with processes that do something. */
export interface VmAgent extends AsyncDisposable {
  /** Path of the control socket, as `hello` and `registerVm` take it. */
  readonly ctlSerial: string;
  /** Path of the I/O socket. */
  readonly ioSerial: string;
  /** What came on the control socket, in order. */
  readonly commands: readonly VmCommand[];
  /** All processes that were ever started, in order. */
  readonly processes: readonly VmProcess[];
  /** The next process that is started. */
  nextProcess(): Promise<VmProcess>;
  /** The next command of that name (or any) that comes. */
  nextCommand(name?: string): Promise<VmCommand>;
  /** Sends a packet on the control socket that nobody asked for. */
  sendControl(code: number, payload?: string | Uint8Array): void;
  /** Sends bytes as they are on one of the sockets. */
  sendRaw(channel: 'ctl' | 'io', bytes: Uint8Array): void;
  /** Ends a connection, or both, as a machine does that stops; what listens goes on. */
  disconnect(channel?: 'ctl' | 'io'): void;
  /** Kills all processes, closes both sockets and removes what was made. */
  close(): Promise<void>;
}

/** Starts an agent that listens on two unix sockets. */
export async function createVmAgent(options: VmAgentOptions = {}): Promise<VmAgent> {
  const made = options.folder === undefined ? await mkdtemp(join(tmpdir(), 'moorline-vm-')) : undefined;
  const agent = new Agent(options, options.folder ?? made ?? '', made);
  await agent.listen();
  return agent;
}

class Agent implements VmAgent {
  readonly ctlSerial: string;
  readonly ioSerial: string;
  readonly commands: VmCommand[] = [];
  readonly #options: VmAgentOptions;
  readonly #folderToRemove: string | undefined;
  readonly #events = new EventEmitter<{ command: [VmCommand]; process: [VmProcess] }>();
  readonly #table: ProcessTable;
  readonly #ctlServer: Server;
  readonly #ioServer: Server;
  #ctl: Socket | undefined;
  #io: Socket | undefined;
  /** Commands are answered one after the other. */
  #answering: Promise<void> = Promise.resolve();

  constructor(options: VmAgentOptions, folder: string, folderToRemove: string | undefined) {
    this.#options = options;
    this.#folderToRemove = folderToRemove;
    this.ctlSerial = join(folder, 'ctl.sock');
    this.ioSerial = join(folder, 'io.sock');
    this.#table = new ProcessTable(
      options.programs ?? {},
      (stream, data) => this.#sendOutput(stream, data),
      (process) => this.#events.emit('process', process),
    );
    this.#ctlServer = createServer((socket) => this.#takeControl(socket));
    this.#ioServer = createServer((socket) => this.#takeIo(socket));
  }

  get processes(): readonly VmProcess[] {
    return this.#table.processes;
  }

  async listen(): Promise<void> {
    const listening = [this.#ctlServer.listen(this.ctlSerial), this.#ioServer.listen(this.ioSerial)];
    await Promise.all(listening.map((server) => once(server, 'listening')));
  }

  async nextProcess(): Promise<VmProcess> {
    return new Promise((resolve) => this.#events.once('process', resolve));
  }

  async nextCommand(name?: string): Promise<VmCommand> {
    return new Promise((resolve) => {
      const take = (command: VmCommand): void => {
        if (name !== undefined && command.name !== name) return;
        this.#events.off('command', take);
        resolve(command);
      };
      this.#events.on('command', take);
    });
  }

  sendControl(code: number, payload?: string | Uint8Array): void {
    this.sendRaw('ctl', encodeControlPacket(code, payload));
  }

  sendRaw(channel: 'ctl' | 'io', bytes: Uint8Array): void {
    const socket = channel === 'ctl' ? this.#ctl : this.#io;
    if (socket === undefined) throw new Error(`no proxy is connected to the ${channel} socket`);
    socket.write(bytes);
  }

  disconnect(channel?: 'ctl' | 'io'): void {
    if (channel !== 'io') this.#ctl?.destroy();
    if (channel !== 'ctl') this.#io?.destroy();
  }

  async close(): Promise<void> {
    this.#table.killAll();
    this.disconnect();
    await Promise.all(
      [this.#ctlServer, this.#ioServer].map((server) => new Promise((resolve) => server.close(resolve))),
    );
    if (this.#folderToRemove !== undefined) await rm(this.#folderToRemove, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #takeControl(socket: Socket): void {
    this.#ctl?.destroy();
    this.#ctl = socket;
    const reader = new ControlReader((code, payload) => {
      const command = { name: hyperstartName(code), code, payload: new Uint8Array(payload) };
      this.#answering = this.#answering.then(() => this.#answer(socket, command));
    });
    follow(socket, (chunk) => reader.push(chunk));
    socket.on('close', () => {
      if (this.#ctl === socket) this.#ctl = undefined;
    });
    if (this.#options.isReady ?? true) socket.write(encodeControlPacket(hyperstartCodes.ready));
  }

  #takeIo(socket: Socket): void {
    this.#io?.destroy();
    this.#io = socket;
    const reader = new IoReader(({ stream, data }) => this.#table.takeInput(stream, data));
    follow(socket, (chunk) => reader.push(chunk));
    socket.on('close', () => {
      if (this.#io === socket) this.#io = undefined;
    });
  }

  async #answer(socket: Socket, command: VmCommand): Promise<void> {
    this.commands.push(command);
    this.#events.emit('command', command);
    const reply = await this.#replyTo(command);
    if (socket.destroyed) return;
    const packets = [nextForHeader];
    if (command.payload.length > 0) packets.push(encodeNext(command.payload.length));
    if (reply !== 'silence') packets.push(packetOf(reply));
    socket.write(Buffer.concat(packets));
  }

  async #replyTo(command: VmCommand): Promise<VmReply> {
    try {
      const asked = await this.#options.onCommand?.(command);
      return asked ?? { ack: this.#table.run(command.code, CommandReader.of(command.payload)) ?? '' };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  }

  async #sendOutput(stream: bigint, data: Uint8Array): Promise<void> {
    const socket = this.#io;
    if (socket === undefined || socket.destroyed) throw new Error('nobody takes output any more');
    const packets = data.length === 0 ? encodeIoPacket(stream, data) : encodeIoPackets(stream, data);
    await new Promise<void>((resolve, reject) => {
      socket.write(packets, (error) => (error == null ? resolve() : reject(error)));
    });
  }
}

/** For the header of a command, whose packet is told apart from its payload. */
const nextForHeader = encodeNext(controlHeaderBytes);

/** A peer that breaks the protocol, or goes without a word, ends its connection and nothing else. */
function follow(socket: Socket, take: (chunk: Uint8Array) => void): void {
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Uint8Array) => {
    try {
      take(chunk);
    } catch {
      socket.destroy();
    }
  });
}

function packetOf(reply: Exclude<VmReply, 'silence'>): Uint8Array {
  if ('ack' in reply) return encodeControlPacket(hyperstartCodes.ack, reply.ack);
  if ('error' in reply) return encodeControlPacket(hyperstartCodes.error, reply.error);
  return encodeControlPacket(reply.code, reply.payload);
}
