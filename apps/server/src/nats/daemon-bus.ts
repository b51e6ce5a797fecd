import { randomUUID } from 'node:crypto';
import { dialNats, type NatsSettings } from '@moorline/app-kit';
import {
  backoffDelay,
  isMoorlineError,
  isTimeoutError,
  type Logger,
  sleep,
  systemClock,
  withDeadline,
} from '@moorline/core';
import { type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { z } from 'zod';
import { daemonFailure, notConnected } from '../daemons/daemon-failure.js';
import type { ConnectedDaemon, Daemons } from '../daemons/daemons.js';
import { ServerError, serverErrorCodes } from '../error.js';
import { ask, sendParts } from './long-reply.js';

export interface DaemonBusSettings extends NatsSettings {
  /** First words of the subjects. */
  natsDaemonSubject: string;
}

/** The way to daemons that have dialled other servers. */
export interface DaemonBus {
  /**
   * Calls a daemon on whichever server holds its connection.
   *
   * @param options.timeoutMs for all of it.
   * @throws ServerError, as the server that holds it says, or `daemon_not_connected` where none does.
   */
  call(machine: string, method: string, argument: unknown, options: BusCall): Promise<unknown>;
  /** What other servers hold; those that do not say so at once are left out. */
  list(): Promise<ConnectedDaemon[]>;
  close(): Promise<void>;
}

export interface BusCall {
  /** Of the daemon, for messages. */
  name: string;
  timeoutMs: number;
}

const request = z.object({
  method: z.string(),
  argument: z.unknown().optional(),
  name: z.string(),
  timeoutMs: z.number().positive(),
});
const reply = z.union([
  z.object({ result: z.unknown() }),
  z.object({
    error: z.object({
      code: z.enum(serverErrorCodes),
      message: z.string(),
      hint: z.string().optional(),
      isRetryable: z.boolean(),
    }),
  }),
]);
const daemonList = z.array(
  z.object({
    machine: z.string(),
    protocol: z.number(),
    userAgent: z.string().optional(),
    address: z.string().optional(),
    connectedAt: z.number(),
  }),
);

/** Milliseconds that go to the way there and back: the server that holds the daemon is to be the one who gives up first. */
const wayMs = 50;
/** Milliseconds that other servers have to say what they hold. */
const listMs = 300;

/** Joins this server to the others. Never throws: while NATS is away, only local daemons can be called. */
export function startDaemonBus(settings: DaemonBusSettings, daemons: Daemons, logger: Logger): DaemonBus {
  const end = new AbortController();
  const bus = new Bus(settings, daemons, logger);
  const running = bus.run(end.signal);
  return {
    call: (machine, method, argument, options) => bus.call(machine, method, argument, options),
    list: () => bus.list(),
    async close() {
      end.abort();
      await running;
    },
  };
}

class Bus {
  readonly #settings: DaemonBusSettings;
  readonly #daemons: Daemons;
  readonly #logger: Logger;
  /** Of this server, so that it does not take its own words for another's. */
  readonly #id = randomUUID();
  readonly #held = new Map<string, Subscription>();
  #connection: NatsConnection | undefined;

  constructor(settings: DaemonBusSettings, daemons: Daemons, logger: Logger) {
    this.#settings = settings;
    this.#daemons = daemons;
    this.#logger = logger;
  }

  async run(signal: AbortSignal): Promise<void> {
    const stopWatching = this.#daemons.watch((machine, isThere) =>
      isThere ? this.#hold(machine) : this.#letGo(machine),
    );
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await this.#session(signal);
        attempt = 0;
      } catch (error) {
        if (!signal.aborted)
          this.#logger.warn({ error }, 'daemons of other servers cannot be reached over NATS: trying again');
      }
      await sleep(backoffDelay(Math.max(1, attempt), { minDelayMs: 500, maxDelayMs: 15_000 }), { signal }).catch(
        () => undefined,
      );
    }
    stopWatching();
  }

  async call(machine: string, method: string, argument: unknown, { name, timeoutMs }: BusCall): Promise<unknown> {
    const connection = this.#connection;
    if (connection === undefined) throw notConnected(name);
    const deadline = systemClock.monotonic() + timeoutMs;
    try {
      const answer = await withDeadline(
        async () => {
          const left = Math.max(1, deadline - systemClock.monotonic() - wayMs);
          const body = JSON.stringify({ method, argument, name, timeoutMs: left });
          // Whoever waits has given up by then.
          return ask(connection, this.#subject('call', machine), body, left + 2 * wayMs);
        },
        { timeoutMs },
      );
      if (answer === undefined) throw notConnected(name);
      const parsed = reply.parse(JSON.parse(answer));
      if ('error' in parsed) throw new ServerError(parsed.error.message, parsed.error);
      return parsed.result;
    } catch (error) {
      throw isTimeoutError(error) ? daemonFailure(error, name, method) : error;
    }
  }

  async list(): Promise<ConnectedDaemon[]> {
    const connection = this.#connection;
    if (connection === undefined) return [];
    const found: ConnectedDaemon[] = [];
    const inbox = `${this.#settings.natsDaemonSubject}.reply.${randomUUID()}`;
    const answers = this.#listen(connection, inbox, (message) => {
      const listed = daemonList.safeParse(parsed(message.string()));
      if (listed.success)
        found.push(...listed.data.map((daemon) => ({ userAgent: undefined, address: undefined, ...daemon })));
    });
    connection.publish(`${this.#settings.natsDaemonSubject}.list`, this.#id, { reply: inbox });
    await sleep(listMs);
    answers.unsubscribe();
    return found;
  }

  /** From one connection to its end; the connection itself outlives restarts of the NATS servers. */
  async #session(signal: AbortSignal): Promise<void> {
    const dialling = dialNats(this.#settings, 'moorline-server daemons');
    const connection = await withDeadline(() => dialling, { signal }).catch((error: unknown) => {
      dialling.then((late) => late.close()).catch(() => undefined);
      throw error;
    });
    const stop = (): void => void connection.close();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      this.#listen(connection, `${this.#settings.natsDaemonSubject}.list`, (message) => {
        if (message.string() !== this.#id) message.respond(JSON.stringify(this.#daemons.list()));
      });
      this.#listen(connection, `${this.#settings.natsDaemonSubject}.kick.*`, (message) => {
        const machine = decoded(message.subject);
        if (message.string() !== this.#id && this.#daemons.has(machine)) this.#daemons.kick(machine);
      });
      this.#connection = connection;
      for (const { machine } of this.#daemons.list()) this.#hold(machine);
      const failure = await connection.closed();
      if (failure !== undefined) throw failure;
    } finally {
      signal.removeEventListener('abort', stop);
      this.#connection = undefined;
      this.#held.clear();
    }
  }

  /** Calls of this machine come here from now on; another server that still has a connection of it gives that up. */
  #hold(machine: string): void {
    const connection = this.#connection;
    if (connection === undefined || this.#held.has(machine)) return;
    connection.publish(this.#subject('kick', machine), this.#id);
    const answer = (message: Msg): void => void this.#answer(connection, machine, message);
    this.#held.set(machine, this.#listen(connection, this.#subject('call', machine), answer));
  }

  /** Where the NATS server denies the subject that is logged, and the others go on: an error thrown here would end the connection's reader. */
  #listen(connection: NatsConnection, subject: string, take: (message: Msg) => void): Subscription {
    const callback = (error: Error | null, message: Msg): void => {
      if (error === null) return take(message);
      const hint = `allow the server's NATS user to subscribe to ${this.#settings.natsDaemonSubject}.>`;
      this.#logger.warn(
        { error, subject, hint },
        'NATS denies a subject of the daemons: not every server reaches all of them',
      );
    };
    return connection.subscribe(subject, { callback });
  }

  #letGo(machine: string): void {
    this.#held.get(machine)?.unsubscribe();
    this.#held.delete(machine);
  }

  async #answer(connection: NatsConnection, machine: string, message: Msg): Promise<void> {
    const asked = request.safeParse(parsed(message.string()));
    if (!asked.success || message.reply === undefined) return;
    const { method, argument, name, timeoutMs } = asked.data;
    let answer: z.infer<typeof reply>;
    try {
      answer = { result: (await this.#daemons.call(machine, method, argument, { name, timeoutMs })) ?? null };
    } catch (error) {
      answer = { error: asReply(error) };
    }
    try {
      sendParts(connection, message.reply, encoded(answer));
    } catch (error) {
      this.#logger.warn({ error, machine, method }, 'an answer for another server was not sent');
    }
  }

  #subject(kind: 'call' | 'kick', machine: string): string {
    // An id may hold anything, a subject not.
    return `${this.#settings.natsDaemonSubject}.${kind}.${Buffer.from(machine).toString('base64url')}`;
  }
}

const decoded = (subject: string): string => Buffer.from(subject.split('.').at(-1) ?? '', 'base64url').toString();

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const asReply = (
  error: unknown,
): { code: (typeof serverErrorCodes)[number]; message: string; hint?: string; isRetryable: boolean } => {
  const code = isMoorlineError(error) ? serverErrorCodes.find((known) => known === error.code) : undefined;
  return {
    code: code ?? 'daemon_failed',
    message: error instanceof Error ? error.message : String(error),
    isRetryable: isMoorlineError(error) && error.isRetryable,
    ...(isMoorlineError(error) && error.hint !== undefined ? { hint: error.hint } : {}),
  };
};

/** An answer to another server is no longer than this. */
const longestReplyBytes = 64 * 1024 ** 2;

function encoded(answer: z.infer<typeof reply>): Uint8Array {
  const bytes = Buffer.from(JSON.stringify(answer));
  if (bytes.length <= longestReplyBytes) return bytes;
  const message = `the answer has ${bytes.length} bytes, more than other servers take`;
  return Buffer.from(JSON.stringify({ error: { code: 'daemon_failed', message, isRetryable: false } }));
}
