import { dialNats } from '@moorline/app-kit';
import type { EventHandlers } from '@moorline/cc-api/server';
import { backoffDelay, isMoorlineError, type Logger, sleep, systemClock, withDeadline } from '@moorline/core';
import { type Consumer, type NatsReport, toNatsError } from '@moorline/nats-lineproto/nats';
import type { NatsConnection } from '@nats-io/transport-node';
import { openChannels } from './channels.js';
import { createEventWork, type EventWork } from './event-work.js';
import { type IntakeCounts, noCounts } from './intake-counts.js';
import { openStreams } from './open-streams.js';
import { openSubscriptions } from './open-subscriptions.js';
import type { IntakeSettings } from './settings.js';

/** How the server takes events over NATS at the moment. */
export interface IntakeStatus {
  /** `down`: it is tried again. */
  state: 'connecting' | 'consuming' | 'down';
  /** Why it is down. */
  problem?: string | undefined;
  counts: Readonly<IntakeCounts>;
}

export interface EventIntake {
  readonly status: IntakeStatus;
  /** Finishes and acknowledges what has begun, a second at most, and leaves. Idempotent. */
  close(): Promise<void>;
}

/** Takes events from now on. Never throws: where NATS is not there, or refuses, it says so and tries again. */
export function startEventIntake(settings: IntakeSettings, handlers: EventHandlers, logger: Logger): EventIntake {
  return new Intake(settings, handlers, logger);
}

class Intake implements EventIntake {
  readonly #settings: IntakeSettings;
  readonly #logger: Logger;
  readonly #work: EventWork;
  readonly #counts = noCounts();
  readonly #end = new AbortController();
  readonly #ended: Promise<void>;
  #state: IntakeStatus['state'] = 'connecting';
  #problem: string | undefined;

  constructor(settings: IntakeSettings, handlers: EventHandlers, logger: Logger) {
    this.#settings = settings;
    this.#logger = logger;
    this.#work = createEventWork(handlers, this.#counts);
    this.#ended = this.#run();
  }

  get status(): IntakeStatus {
    return { state: this.#state, problem: this.#problem, counts: { ...this.#counts } };
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    for (let failures = 0; !signal.aborted;) {
      const since = systemClock.now();
      try {
        await this.#session();
      } catch (error) {
        this.#fell(error, 'taking events over NATS');
      }
      failures = systemClock.now() - since > longSessionMs ? 1 : failures + 1;
      const delayMs = backoffDelay(failures, { minDelayMs: 500, maxDelayMs: 15_000 });
      await sleep(delayMs, { signal }).catch(() => undefined);
    }
  }

  /** From one connection to its end. The connection itself outlives restarts of its servers. */
  async #session(): Promise<void> {
    const dialling = dialNats(this.#settings, 'moorline-server');
    const { signal } = this.#end;
    const connection = await withDeadline(() => dialling, { signal }).catch((error: unknown) => {
      dialling.then((late) => late.close()).catch(() => undefined);
      throw error;
    });
    try {
      const consumers = await withDeadline(() => this.#open(connection), { signal });
      await this.#consume(connection, consumers);
    } finally {
      await connection.close();
    }
  }

  async #open(connection: NatsConnection): Promise<Consumer[]> {
    const surroundings = { connection, logger: this.#logger, onReport: (report: NatsReport) => this.#count(report) };
    if (this.#settings.natsPlain) {
      return openChannels(this.#settings, this.#work, openSubscriptions(this.#settings, surroundings));
    }
    const { jetstream } = await import('@nats-io/jetstream');
    const streams = { ...surroundings, jetstream: jetstream(connection) };
    return openChannels(this.#settings, this.#work, await openStreams(this.#settings, streams));
  }

  /** Resolves when it is to end, or rejects with what ended it. */
  async #consume(connection: NatsConnection, consumers: readonly Consumer[]): Promise<void> {
    this.#rose(connection.getServer());
    void this.#watch(connection);
    const ends = consumers.map(({ closed }) => closed);
    const failure = await Promise.race([aborted(this.#end.signal), connection.closed(), ...ends]);
    if (failure !== undefined && !this.#end.signal.aborted) throw failure;
    await finish(consumers, connection);
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') this.#fell(new Error('the connection broke off'), `NATS at ${status.server}`);
      if (status.type === 'reconnect') this.#rose(status.server);
    }
  }

  #rose(server: string): void {
    this.#state = 'consuming';
    this.#problem = undefined;
    this.#logger.info({ server, plain: this.#settings.natsPlain }, 'taking events over NATS');
  }

  #fell(cause: unknown, attempted: string): void {
    if (this.#end.signal.aborted) return;
    const error = isMoorlineError(cause) ? cause : toNatsError(cause, attempted);
    this.#state = 'down';
    const problem = `${error.code}: ${error.message}`;
    // Of the same failure again and again once is enough.
    if (problem !== this.#problem) this.#logger.error({ error, hint: error.hint }, 'no events over NATS: trying again');
    this.#problem = problem;
  }

  #count(report: NatsReport): void {
    if (report.type === 'bad_entry') this.#counts.unreadable++;
    else if (report.type === 'refused') this.#counts.refused++;
    else if (report.type === 'handler_failed') this.#counts.failed++;
    else if (report.type === 'given_up') this.#counts.givenUp++;
    else if (report.type === 'storage_lost') this.#counts.lostStreams++;
  }
}

/** Milliseconds after which a session counts as one that worked. */
const longSessionMs = 60_000;

/** Milliseconds that events have which are being handled; the store and the process have their own. */
const finishMs = 1000;

/** Milliseconds that the servers have to hear what is given back. */
const giveBackMs = 250;

/** Of those that are not finished then, JetStream gives what was not begun to another server at once, the others a moment later. */
async function finish(consumers: readonly Consumer[], connection: NatsConnection): Promise<void> {
  const drained = Promise.all(consumers.map((consumer) => consumer.drain()));
  try {
    await withDeadline(() => drained, { timeoutMs: finishMs, attempted: 'finishing events' });
  } catch {
    for (const consumer of consumers) void consumer.close();
    await withDeadline(() => connection.flush(), { timeoutMs: giveBackMs }).catch(() => undefined);
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
