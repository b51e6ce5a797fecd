import type { NatsSettings } from '@moorline/app-kit';
import { createCcClient } from '@moorline/cc-api';
import { isStoreError, openSpool, type Spool } from '@moorline/cc-store/spool';
import { type Clock, type Logger, retry, silentLogger, systemClock } from '@moorline/core';
import { AgentError } from '../agent-error.js';
import { createBell } from '../bell.js';
import { createDelivery, type DeliveryOptions } from '../delivery/delivery.js';
import { openNatsLink } from '../delivery/nats-link.js';
import { createNatsSender, type NatsSubjects } from '../delivery/nats-sender.js';
import { createRestSender } from '../delivery/rest-sender.js';
import type { MachineToken } from '../moorline-api.js';
import type { Session } from '../session.js';
import { announceCluster } from './announce-cluster.js';
import { feedSpool } from './feed.js';
import { createKeepAliveFetch } from './keep-alive-fetch.js';
import { createPace } from './pace.js';
import { openSwf } from './read-swf.js';
import { describeReplayCluster, machineOf } from './replay-cluster.js';
import { findCursor, type ReplayCursor } from './replay-cursor.js';
import type { ReplayPlace } from './replay-entries.js';
import { surveyLog } from './replay-log.js';
import { schedule } from './schedule.js';
import { createSpanMeter } from './span-meter.js';
import { isSwfDefect, type SwfDefect, type SwfRecord } from './swf-record.js';

/** Options of {@link replay}. */
export interface ReplayOptions {
  logPath: string;
  /** The replay's own spool: where it goes on after an end of any kind. */
  spoolPath: string;
  /** Name of the cluster on which the log is replayed. */
  cluster: string;
  /** Nodes of that cluster; absent = as many as the log says. */
  nodes?: number | undefined;
  /** How much faster than in the log, > 0; Infinity = as fast as they are taken. */
  speed: number;
  /** Requests at once, ≥ 1. */
  concurrency: number;
  /** Jobs at most, the log's first ones; absent = all. */
  limit?: number | undefined;
  session: Session;
  /** Takes the events in place of the control plane, which is told of the cluster alone; absent = REST. */
  nats?: NatsOptions | undefined;
  signal: AbortSignal;
  onProgress?: ((progress: ReplayProgress) => void) | undefined;
  /** Told of each line that is left out. */
  onDefect?: ((defect: SwfDefect) => void) | undefined;
  clock?: Clock | undefined;
  logger?: Logger | undefined;
}

export interface NatsOptions {
  settings: NatsSettings;
  subjects: NatsSubjects;
}

/** How far a replay has come. An event is a start or a stop. */
export interface ReplayProgress {
  deliveredEvents: number;
  totalEvents: number;
  /** Why nothing moves; absent while it does. */
  waitingFor?: string | undefined;
}

/** What a replay came to. */
export interface ReplayResult {
  /** Jobs of the log. */
  jobs: number;
  /** Events that this run delivered: fewer than the log's where an earlier run began it. */
  deliveredEvents: number;
  /** Jobs whose stop this run delivered. */
  deliveredJobs: number;
  /** Lines that were left out. */
  defects: number;
  /** Events that will never be taken; the spool keeps them apart. */
  rejected: number;
  /** Why the first of them was not taken. */
  firstRejection?: string | undefined;
  /** Of this run. */
  seconds: number;
  /** Share of the time, 0 to 1, in which an answer was waited for. */
  serverShare: number;
  /** Share of the time, 0 to 1, in which the spool wrote or read; it may overlap with the other. */
  spoolShare: number;
}

/** Events that may wait in the spool: enough to keep the requests busy, few enough to be gone through quickly. */
const mostWaiting = 4096;

/**
 * Replays a log as jobs and returns when the control plane, or a stream of NATS, has them all. The place in the log is written in one step with
 * the events, so that a run that was killed at any moment is continued without losing or doubling one.
 *
 * @throws AgentError `log_unreadable`, `log_unfit`, `replay_running`, `server_refused`; StoreError of the spool; the
 * signal's reason.
 */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const { session, cluster, limit, signal, clock = systemClock, logger = silentLogger } = options;
  // First what needs nothing but the log: one that is none leaves nothing behind.
  const { header, sha256, jobs } = await surveyLog(options.logPath);
  const machine = machineOf(header, options.nodes);
  const spool = await openSpool({ path: options.spoolPath, clock, logger });
  try {
    await claim(spool, options);
    const cursor = await findCursor(spool, { sha256, nodes: machine.nodes, limit: limit ?? null }, cluster);
    const description = describeReplayCluster(cluster, header, machine);
    const token = await announceCluster(session, description, { signal, clock, logger });
    const place: ReplayPlace = { cluster, machine, unixStartTime: header.unixStartTime };
    const { send, close } = await openSender(token, { ...options, clock, logger });
    try {
      return await runReplay(spool, cursor, place, send, {
        ...options,
        clock,
        logger,
        jobs: Math.min(jobs, limit ?? jobs),
      });
    } finally {
      await close();
    }
  } finally {
    await spool.close();
  }
}

/** Makes this process the one that delivers the spool, before anything is put into it. */
async function claim(spool: Spool, { cluster }: ReplayOptions): Promise<void> {
  try {
    spool.release((await spool.take(1)).map(({ id }) => id));
  } catch (error) {
    if (!isStoreError(error) || error.code !== 'spool_in_use') throw error;
    throw new AgentError(`another process replays onto cluster ${cluster} already`, {
      code: 'replay_running',
      hint: 'wait for it, or replay onto a cluster of its own: --cluster NAME',
      cause: error,
    });
  }
}

type Surroundings = ReplayOptions & { clock: Clock; logger: Logger };
type RunOptions = Surroundings & { jobs: number };

interface Sender {
  send: DeliveryOptions['send'];
  close(): void | Promise<void>;
}

/** The way over REST, or over NATS; for the servers of that it is waited. */
async function openSender(firstToken: MachineToken, options: Surroundings): Promise<Sender> {
  const { session, nats, signal, clock, logger } = options;
  if (nats !== undefined) {
    const link = await retry(() => openNatsLink(nats.settings, logger), {
      ...{ maxAttempts: Infinity, minDelayMs: 500, maxDelayMs: 10_000, signal, clock },
      onRetry({ error, attempt }) {
        if (attempt === 1)
          logger.warn({}, `waiting for NATS: ${error instanceof Error ? error.message : String(error)}`);
      },
    });
    const send = createNatsSender({ link, subjects: nats.subjects, logger });
    return { send, close: () => link.connection.close() };
  }
  let token = firstToken;
  const { fetch, close } = createKeepAliveFetch(options.concurrency);
  const client = createCcClient({
    baseUrl: session.baseUrl,
    token: () => Promise.resolve(token.token),
    retry: false,
    fetch,
    clock,
  });
  const renewToken = async () => (token = await session.fetchToken({ signal }));
  return { send: createRestSender({ client, renewToken }), close };
}

async function runReplay(
  spool: Spool,
  cursor: ReplayCursor,
  place: ReplayPlace,
  send: Sender['send'],
  options: RunOptions,
): Promise<ReplayResult> {
  const { clock, logger, jobs, onProgress } = options;
  const serverTime = createSpanMeter(clock);
  const spoolTime = createSpanMeter(clock);
  const work = createBell(clock);
  const room = createBell(clock);
  const totalEvents = 2 * jobs;
  const { entries: left } = await spool.stats();
  let waiting = left;
  let settled = Math.max(0, cursor.events - left);
  let deliveredJobs = 0;
  let defects = 0;
  let firstRejection: string | undefined;
  let isFed = false;
  const startedAt = clock.monotonic();

  const tell = () =>
    onProgress?.({
      deliveredEvents: Math.min(settled, totalEvents),
      totalEvents,
      waitingFor: delivery.figures().waitingFor,
    });
  const onSettled = (count: number) => {
    waiting -= count;
    settled += count;
    room.ring();
    tell();
  };
  const delivery = createDelivery({
    spool: {
      ...spool,
      take: (count, takeOptions) => spoolTime.during(() => spool.take(count, takeOptions)),
      done: (ids) => spoolTime.during(() => spool.done(ids)),
    },
    async send(parcel, signal) {
      const outcome = await serverTime.during(() => send(parcel, signal));
      if (outcome.kind === 'done' && outcome.type === 'stop_job') deliveredJobs++;
      return outcome;
    },
    bell: work,
    concurrency: options.concurrency,
    onDelivered: onSettled,
    onRejected(reason) {
      firstRejection ??= reason;
      onSettled(1);
    },
    clock,
    logger,
  });

  const feed = async (signal: AbortSignal): Promise<void> => {
    const { records } = await openSwf(options.logPath);
    const append: Spool['append'] = (entries, appendOptions) =>
      spoolTime.during(() => spool.append(entries, appendOptions));
    await feedSpool(schedule(first(records, options.limit), place.machine), cursor, append, {
      place,
      pace: createPace(options.speed, clock),
      signal,
      async roomFor(events) {
        while (waiting + events > mostWaiting) await room.wait(1000, signal);
      },
      onAppended(events) {
        waiting += events;
        work.ring();
      },
      onDefect(defect) {
        defects++;
        options.onDefect?.(defect);
      },
    });
    isFed = true;
    work.ring();
  };
  const deliver = async (signal: AbortSignal): Promise<void> => {
    do await delivery.run(signal, () => isFed);
    while ((await spool.stats()).entries > 0);
  };

  tell();
  await together([feed, deliver], options.signal);
  const elapsedMs = Math.max(1, clock.monotonic() - startedAt);
  const { delivered, rejected } = delivery.figures();
  return {
    jobs,
    deliveredEvents: delivered,
    deliveredJobs,
    defects,
    rejected,
    firstRejection,
    seconds: elapsedMs / 1000,
    serverShare: serverTime.total() / elapsedMs,
    spoolShare: spoolTime.total() / elapsedMs,
  };
}

/** The first `limit` jobs of a log, with the defects between them. */
async function* first(
  records: AsyncIterable<SwfRecord | SwfDefect>,
  limit: number | undefined,
): AsyncGenerator<SwfRecord | SwfDefect> {
  let jobs = 0;
  for await (const record of records) {
    if (!isSwfDefect(record) && ++jobs > (limit ?? Infinity)) return;
    yield record;
  }
}

/** Runs all of them; the first that fails ends the others, and its error is the one that counts. */
async function together(parts: readonly ((signal: AbortSignal) => Promise<void>)[], outer: AbortSignal): Promise<void> {
  const controller = new AbortController();
  const signal = AbortSignal.any([outer, controller.signal]);
  let problem: unknown;
  const runs = parts.map((part) =>
    part(signal).catch((error: unknown) => {
      problem ??= error;
      controller.abort(error);
    }),
  );
  await Promise.all(runs);
  if (problem !== undefined) throw problem;
}
