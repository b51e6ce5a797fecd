import type { Change, Changes, ChangeSubscription, FoundJob, JobChange } from '@moorline/cc-store';
import type { NodeRow } from '@moorline/control-api';
import type { LiveFeed } from '@moorline/control-api/server';
import { type Clock, type Logger, systemClock, type Timer } from '@moorline/core';
import type { MachineConnections } from '../machines/connections.js';
import { createPendingChanges, type PendingChanges } from './pending-changes.js';

export interface LiveHubParts {
  feed: LiveFeed;
  changes: Changes;
  /** Whether other servers write to the store too: then it takes a while until it tells. */
  isShared: boolean;
  /** Jobs of these row ids, with the tags that all may see. */
  findJobs(ids: readonly number[]): Promise<FoundJob[]>;
  findNodes(cluster: string, hosts: readonly string[]): Promise<NodeRow[]>;
  /** Ids of machines by their numbers. */
  machineIds(): Promise<ReadonlyMap<number, string>>;
  connections: Pick<MachineConnections, 'watch'>;
  clock?: Clock | undefined;
  logger: Logger;
}

/** What changes, told as the rows that people look at. Nothing is read, and nothing is listened to, while nobody listens. */
export interface LiveHub {
  /** The feed, which begins to be told something when somebody listens. */
  readonly feed: LiveFeed;
  /** Ends all streams. Idempotent. */
  close(): void;
}

/** Milliseconds for which changes are put together, so that many of them are read with few statements. */
const togetherMs = 50;

/** Milliseconds for which it goes on when nobody listens any more: who comes back by then has missed nothing. */
const lingerMs = 60_000;

export function createLiveHub(parts: LiveHubParts): LiveHub {
  const { feed, changes, isShared, connections, clock = systemClock, logger } = parts;
  let pending: PendingChanges = createPendingChanges();
  let subscription: ChangeSubscription | undefined;
  let endWatch = (): void => undefined;
  let timer: Timer | undefined;
  let lastHeardAt = 0;
  let hasSlept = false;
  let isClosed = false;
  /** Batches are told one after the other. */
  let telling: Promise<void> = Promise.resolve();

  const sleep = (): void => {
    subscription?.close();
    subscription = undefined;
    endWatch();
    timer?.cancel();
    timer = undefined;
    pending = createPendingChanges();
    hasSlept = true;
  };

  const tellAll = (): void => {
    timer = undefined;
    const batch = pending;
    pending = createPendingChanges();
    telling = telling
      .then(() => tell(batch, parts))
      .catch((error: unknown) => {
        // What changed is not known: whoever listens has to read.
        logger.error({ err: error }, 'changes could not be read for the live channel');
        feed.reset();
      });
  };

  const take = (note: (pending: PendingChanges) => void): void => {
    if (feed.subscribers > 0) lastHeardAt = clock.monotonic();
    else if (clock.monotonic() - lastHeardAt > lingerMs) {
      sleep();
      return;
    }
    note(pending);
    timer ??= clock.setTimer(togetherMs, tellAll);
    timer.unref();
  };

  const onChanges = (news: readonly Change[]): void =>
    take((pending) => {
      for (const change of news) pending.add(change);
    });

  const wake = (): void => {
    lastHeardAt = clock.monotonic();
    if (subscription !== undefined || isClosed) return;
    if (hasSlept) feed.reset();
    subscription = changes.subscribe(onChanges);
    // What other servers wrote until then was not told.
    if (isShared) void subscription.ready.then(() => feed.reset());
    endWatch = connections.watch((machine, isThere) => take((pending) => pending.addMachine(machine, isThere)));
  };

  return {
    feed: {
      publish: (change) => feed.publish(change),
      reset: () => feed.reset(),
      subscribe(subscriber) {
        wake();
        return feed.subscribe(subscriber);
      },
      get subscribers() {
        return feed.subscribers;
      },
      get counts() {
        return feed.counts;
      },
      close: () => feed.close(),
    },
    close() {
      isClosed = true;
      sleep();
      feed.close();
    },
  };
}

/** Reads what changed: one look for all jobs, one for the nodes of each cluster. */
async function tell(batch: PendingChanges, parts: LiveHubParts): Promise<void> {
  const { feed, findJobs, findNodes, machineIds } = parts;
  if (batch.isReset) feed.reset();
  for (const id of batch.deleted) feed.publish({ event: 'job', data: { change: 'deleted', id } });
  if (batch.jobs.size > 0) publishJobs(feed, batch.jobs, await findJobs([...batch.jobs.keys()]));
  for (const [cluster, hosts] of batch.nodes) {
    const nodes = await findNodes(cluster, [...hosts]);
    if (nodes.length > 0) feed.publish({ event: 'nodes', data: { cluster, nodes } });
  }
  for (const data of batch.samples) feed.publish({ event: 'samples', data });
  for (const name of batch.clusters) feed.publish({ event: 'cluster', data: { name } });
  const ids = batch.numbers.size > 0 ? await machineIds() : new Map<number, string>();
  for (const [number, change] of batch.numbers) {
    const id = ids.get(number);
    if (id !== undefined) feed.publish({ event: 'machine', data: { id, change } });
  }
  for (const data of batch.machines) feed.publish({ event: 'machine', data });
}

/** One who is gone by now is told as deleted in a batch of its own. */
function publishJobs(feed: LiveFeed, changed: ReadonlyMap<number, JobChange>, jobs: readonly FoundJob[]): void {
  for (const job of jobs) {
    const change = changed.get(job.id);
    if (change === undefined || change === 'deleted') continue;
    // Tags of administrators are not for everybody who may see the job.
    const tags = job.tags.filter(({ scope }) => scope === 'global');
    feed.publish({ event: 'job', data: { change, job: { ...job, tags } } });
  }
}
