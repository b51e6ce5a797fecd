import { ProxyError } from '../wire/proxy-error.js';
import type {
  ContainerNamePayload,
  ExecCmdPayload,
  KillContainerPayload,
  NewContainerPayload,
  ProcessSpec,
  StartPodPayload,
  WinsizePayload,
} from './hyper-payloads.js';

/**
 * The agent's commands by name, over `hyper()` of either generation.
 *
 * @typeParam Options of a call; those of v3 may have tokens.
 * @typeParam Answer what the agent answers: v2 drops it.
 */
export abstract class HyperCommands<Options, Answer> {
  /**
   * Sends the agent a command.
   *
   * @param hyperName any of the agent's commands: `startpod`.
   * @param data anything that makes JSON; undefined sends none.
   */
  abstract hyper(hyperName: string, data?: unknown, options?: Options): Promise<Answer>;

  /** Starts the pod: its name, network and containers. */
  startPod(payload: StartPodPayload, options?: Options): Promise<Answer> {
    return this.hyper('startpod', payload, options);
  }

  /** Ends the pod, and the VM with it. */
  destroyPod(options?: Options): Promise<Answer> {
    return this.hyper('destroypod', {}, options);
  }

  /** Starts a container and its first process. */
  async newContainer(payload: NewContainerPayload, options?: Options): Promise<Answer> {
    return this.hyper('newcontainer', { ...payload, process: plainProcess(payload.process) }, options);
  }

  /** Starts one more process in a container. */
  async execCmd(payload: ExecCmdPayload, options?: Options): Promise<Answer> {
    return this.hyper('execcmd', { ...payload, process: plainProcess(payload.process) }, options);
  }

  /** Sends a signal to a container's first process, or to all. */
  killContainer(payload: KillContainerPayload, options?: Options): Promise<Answer> {
    return this.hyper('killcontainer', payload, options);
  }

  /** Tells the size of a process' terminal. */
  async winsize({ seq, row, column }: WinsizePayload, options?: Options): Promise<Answer> {
    return this.hyper('winsize', { seq: plainNumber(seq), row, column }, options);
  }

  /** Asks whether the agent answers. There is no other keep-alive. */
  ping(options?: Options): Promise<Answer> {
    return this.hyper('ping', undefined, options);
  }

  /** Brings processors and memory that were plugged in into use. */
  onlineCpuMem(payload: Readonly<Record<string, unknown>> = {}, options?: Options): Promise<Answer> {
    return this.hyper('onlinecpumem', payload, options);
  }

  /** Sets up a network interface. */
  setupInterface(payload: Readonly<Record<string, unknown>>, options?: Options): Promise<Answer> {
    return this.hyper('setupinterface', payload, options);
  }

  /** Sets up a route. */
  setupRoute(payload: Readonly<Record<string, unknown>>, options?: Options): Promise<Answer> {
    return this.hyper('setuproute', payload, options);
  }

  /** Removes a container that has ended; from 3.0 on. */
  removeContainer(payload: ContainerNamePayload, options?: Options): Promise<Answer> {
    return this.hyper('removecontainer', payload, options);
  }

  /** Lists a container's processes; from 3.0 on. */
  psContainer(payload: ContainerNamePayload, options?: Options): Promise<Answer> {
    return this.hyper('pscontainer', payload, options);
  }
}

function plainProcess({ stdio, stderr, ...process }: ProcessSpec): Record<string, unknown> {
  return {
    ...process,
    ...(stdio === undefined ? {} : { stdio: plainNumber(stdio) }),
    ...(stderr === undefined ? {} : { stderr: plainNumber(stderr) }),
  };
}

/** A stream's number as JSON has it; beyond 2^53 it would be another. */
function plainNumber(stream: number | bigint): number {
  const number = Number(stream);
  if (Number.isSafeInteger(number)) return number;
  throw new ProxyError(`stream ${stream} cannot be written as a JSON number`, { code: 'invalid_option' });
}
