import { type Clock, systemClock } from '@moorline/core';
import type { Connection } from '../client/connection.js';
import { RpcConnection } from '../rpc/rpc-connection.js';
import { failureOf } from '../server/failure.js';
import { encodeFailure, encodeResult, type IncomingRequest } from '../wire/message.js';
import { RequestError } from '../wire/request-error.js';
import { connectOver, type MemoryInfo, type MemoryOpenOptions, modelUuidOf } from './connect-over.js';
import { createMessagePair, type MemorySocket } from './message-pair.js';
import { isStep, type Step } from './steps.js';

/** A call that came in. */
export interface RecordedCall {
  facade: string;
  version: number;
  objectId: string;
  method: string;
  params: unknown;
}

/** What is answered: a step, an answer's body, or a function that gives either or throws what is answered. */
export type Answer = Step | object | ((call: RecordedCall) => unknown);

/** Options of {@link createScriptedController}. */
export interface ScriptOptions {
  /**
   * By facade, then by method. An array is answered one after the other, and its last one for good. Whatever is not here
   * is answered `not implemented`, but for `Admin.Login`, which lets everybody in, and `Pinger.Ping`.
   */
  answers?: Readonly<Record<string, Readonly<Record<string, Answer | readonly Answer[]>>>> | undefined;
  /** Versions that the login's result lists. Default 1 of each facade in `answers`, Agent 2 and 3, Pinger 1. */
  facadeVersions?: Readonly<Record<string, readonly number[]>> | undefined;
  clock?: Clock | undefined;
}

/** A controller that answers what a test tells it. */
export interface ScriptedController {
  /** Connects, and logs in with the client's own code; `addrs` and `caCert` are not looked at. */
  readonly connect: (info: MemoryInfo, options?: MemoryOpenOptions) => Promise<Connection>;
  /** Every call that came, logins included. */
  readonly calls: readonly RecordedCall[];
  /** Replaces the answers of one method. */
  answer(facade: string, method: string, ...answers: readonly Answer[]): void;
  /** Ends all connections, with a close code where one is given. */
  disconnect(code?: number, reason?: string): void;
  /** Connections that have not ended. */
  readonly connections: number;
}

/**
 * Makes a controller that answers by a script, for tests of what is on top of a connection: the login and every message
 * are real, no socket is.
 *
 * ```ts
 * const controller = createScriptedController({
 *   answers: { Agent: { GetEntities: [fails('try again', 'try again'), { entities: [{ life: 'alive' }] }] } },
 * });
 * const connection = await controller.connect({ tag: 'machine-0', password: 'pw' });
 * ```
 */
export function createScriptedController(options: ScriptOptions = {}): ScriptedController {
  const { clock = systemClock, answers = {}, facadeVersions } = options;
  const script = new Map<string, Answer[]>();
  const set = (facade: string, method: string, given: readonly Answer[]): void => {
    script.set(`${facade}.${method}`, [...given]);
  };
  set('Pinger', 'Ping', [{}]);
  for (const [facade, methods] of Object.entries(answers)) {
    for (const [method, given] of Object.entries(methods)) set(facade, method, Array.isArray(given) ? given : [given]);
  }
  const own = Object.keys(answers).map((name): [string, readonly number[]] => [name, [1]]);
  const versions = { ...Object.fromEntries(own), Agent: [2, 3], Pinger: [1], ...facadeVersions };
  const calls: RecordedCall[] = [];
  const sockets = new Set<MemorySocket>();

  const next = (call: RecordedCall): Answer | undefined => {
    const left = script.get(`${call.facade}.${call.method}`);
    return left !== undefined && left.length > 1 ? left.shift() : left?.[0];
  };

  const serve = (socket: MemorySocket, modelTag: string | undefined): void => {
    const rpc = new RpcConnection(socket, {
      clock,
      onRequest: (request) => {
        const { facade, version, objectId, method, params } = request;
        const call = { facade, version, objectId, method, params };
        calls.push(call);
        const isLogin = facade === 'Admin' && method === 'Login';
        const answer = next(call) ?? (isLogin ? loginResult(modelTag, versions) : notImplemented(call));
        void play(answer, { request, call, rpc, socket, clock });
      },
    });
    sockets.add(socket);
    void rpc.ended.then(() => sockets.delete(socket));
  };

  return {
    connect: async (info, open) => {
      const [here, there] = createMessagePair();
      const uuid = modelUuidOf(info);
      serve(there, uuid === undefined ? undefined : `model-${uuid}`);
      return connectOver(here, info, { clock, ...open });
    },
    calls,
    answer: (facade, method, ...given) => set(facade, method, given),
    disconnect(code = 1000, reason = '') {
      for (const socket of sockets) socket.closeWith(code, reason);
    },
    get connections() {
      return sockets.size;
    },
  };
}

interface Scene {
  request: IncomingRequest;
  call: RecordedCall;
  rpc: RpcConnection;
  socket: MemorySocket;
  clock: Clock;
}

async function play(answer: unknown, scene: Scene): Promise<void> {
  const { request, call, rpc, socket, clock } = scene;
  try {
    const given: unknown =
      typeof answer === 'function' ? await (answer as (call: RecordedCall) => unknown)(call) : answer;
    if (!isStep(given)) rpc.send(encodeResult(request, given));
    else if (given.kind === 'fail') rpc.send(encodeFailure(request, given));
    else if (given.kind === 'close') socket.closeWith(given.code, given.reason);
    else if (given.kind === 'delay') clock.setTimer(given.delayMs, () => void play(given.then, scene));
  } catch (error) {
    rpc.send(encodeFailure(request, failureOf(error)));
  }
}

const notImplemented =
  ({ facade, version, method }: RecordedCall) =>
  (): never => {
    const message = `no such request - method ${facade}(${version}).${method} is not implemented`;
    throw new RequestError({ message, code: 'not implemented' });
  };

function loginResult(modelTag: string | undefined, versions: Readonly<Record<string, readonly number[]>>): object {
  return {
    servers: [],
    ...(modelTag === undefined ? {} : { 'model-tag': modelTag }),
    'controller-tag': 'controller-00000000-0000-4000-8000-000000000000',
    facades: Object.entries(versions).map(([name, served]) => ({ name, versions: served })),
    'server-version': '3.6.11',
  };
}
