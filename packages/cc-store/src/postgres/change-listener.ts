import { backoffDelay, type Clock, type Logger, sleep } from '@moorline/core';
import type { Client } from 'pg';
import type { ChangeListener, RemoteChanges } from '../changes/change-feed.js';
import type { Announcements } from './announcements.js';
import type { PostgresDriver } from './driver.js';
import { toStoreError } from './errors.js';
import type { Target } from './target.js';

export interface ChangeListenerOptions {
  driver: PostgresDriver;
  target: Target;
  announcements: Announcements;
  clock: Clock;
  logger: Logger;
}

/** Hears what other servers write, on a connection of its own that is made again as often as it is lost. */
export function createChangeListener(options: ChangeListenerOptions): RemoteChanges {
  let ending: AbortController | undefined;
  let listening: Promise<void> = Promise.resolve();
  return {
    open(publish) {
      const end = (ending = new AbortController());
      return new Promise((ready) => {
        const before = listening;
        listening = before.then(() => listen(options, publish, ready, end.signal));
      });
    },
    async close() {
      ending?.abort();
      await listening;
    },
  };
}

/** Until `signal`; never throws. */
async function listen(
  options: ChangeListenerOptions,
  publish: ChangeListener,
  ready: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { clock, logger } = options;
  let wasReady = false;
  for (let failures = 0; !signal.aborted;) {
    try {
      const connection = await connect(options, publish, signal);
      failures = 0;
      // What was written while there was no connection is not known.
      if (wasReady) publish([{ kind: 'reset' }]);
      wasReady = true;
      ready();
      await connection.lost;
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error }, 'changes of other servers are not heard: Postgres is away');
      failures += 1;
    }
    const delay = backoffDelay(Math.max(failures, 1), backoff);
    await sleep(delay, { clock, signal, ref: false }).catch(() => undefined);
  }
}

/** @returns what resolves when the connection is lost, or ended because `signal` says so. */
async function connect(
  options: ChangeListenerOptions,
  publish: ChangeListener,
  signal: AbortSignal,
): Promise<{ lost: Promise<void> }> {
  const { driver, target, announcements, clock, logger } = options;
  const client: Client = new driver.Client(target.config);
  const watch = new AbortController();
  const end = (): void => {
    watch.abort();
    signal.removeEventListener('abort', end);
    void client.end().catch(() => undefined);
  };
  signal.addEventListener('abort', end, { once: true });
  const lost = new Promise<void>((resolve) => {
    client.on('error', end);
    client.on('end', () => resolve(end()));
  });
  client.on('notification', ({ payload = '' }) => {
    try {
      publish(announcements.read(payload));
    } catch (error) {
      logger.error({ err: error }, 'what another server announced cannot be read');
      publish([{ kind: 'reset' }]);
    }
  });
  try {
    await client.connect();
    await client.query(`LISTEN ${announcements.channel}`);
    // Behind the commits of writers that saw nobody listen: what comes later is announced.
    await client.query('select pg_advisory_lock_shared($1)', [announcements.listenersLock]);
  } catch (error) {
    end();
    throw toStoreError(error, 'listening for changes', target.name);
  }
  void untilSilent(client, clock, watch.signal).then(end);
  return { lost };
}
/** Resolves when the server at the other end answers no more: a connection that only listens would never find out. */
async function untilSilent(client: Client, clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    for (;;) {
      await sleep(askEveryMs, { clock, signal, ref: false });
      await client.query({ text: 'select 1', query_timeout: answerWithinMs } as { text: string });
    }
  } catch {
    // Lost, or nobody wants to know any more.
  }
}

const askEveryMs = 30_000;
const answerWithinMs = 10_000;
const backoff = { minDelayMs: 250, maxDelayMs: 10_000 };
