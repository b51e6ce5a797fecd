import { createFakeClock } from '@moorline/core/testing';
import type { JobFilter, JobPage, ListedJob } from '@moorline/cc-api/server';
import type { Store } from '@moorline/cc-store';
import { describe, expect, it } from 'vitest';
import { archivedJob, demoStore, epoch, everything, firstPage, isShared, job } from './support.js';

const list = { metaData: false };

describe('a long list', () => {
  it('comes in parts that together are the list', async () => {
    const { backend } = await demoStore({ clock: createFakeClock(epoch * 1000) });
    // Many start in the same second: parts begin in the middle of them.
    const starts = Array.from({ length: 620 }, (_, index) =>
      job(index + 1, { startTime: epoch + (index % 3), project: `p${index % 2}` }),
    );
    await Promise.all(starts.map((start) => backend.startJob(start)));
    await backend.tagJob(300, [{ type: 't', name: 'n', scope: 'global' }], everything);
    const parts = async (filter: JobFilter, page: JobPage): Promise<ListedJob[][]> => {
      const read: ListedJob[][] = [];
      for await (const jobs of backend.listJobsInSlices?.(filter, page, everything, list) ?? []) read.push([...jobs]);
      return read;
    };
    const filters: JobFilter[] = [
      {},
      { states: ['running', 'failed'], cluster: 'demo' },
      { project: 'p1', startTime: { from: epoch + 1, to: epoch + 2 } },
      { project: 'nobody' },
    ];
    const pages = [
      { page: 1, itemsPerPage: 1_000_000 },
      { page: 1, itemsPerPage: 500 },
      { page: 2, itemsPerPage: 300 },
      { page: 9, itemsPerPage: 300 },
    ];
    for (const filter of filters) {
      for (const page of pages) {
        const read = await parts(filter, page);
        expect(read.flat()).toEqual(await backend.listJobs(filter, page, everything, list));
        expect(Math.max(0, ...read.map((jobs) => jobs.length))).toBeLessThanOrEqual(250);
      }
    }
    expect((await parts({}, { page: 1, itemsPerPage: 1_000_000 })).map((jobs) => jobs.length)).toEqual([250, 250, 120]);
  });

  it('has each job once, whatever starts and stops while it is read', async () => {
    const { backend } = await demoStore();
    await Promise.all(Array.from({ length: 300 }, (_, index) => backend.startJob(job(index + 1))));
    const seen: number[] = [];
    const all = { page: 1, itemsPerPage: 1_000_000 };
    for await (const jobs of backend.listJobsInSlices?.({ states: ['running'] }, all, everything, list) ?? []) {
      seen.push(...jobs.map(({ jobId }) => jobId));
      await backend.startJob(job(1000 + seen.length, { startTime: epoch + 5 }));
      // It would have been the first of the next part.
      await backend.stopJob({ jobId: 50, stopTime: epoch + 9, jobState: 'completed' }, () => true);
    }
    const expected = Array.from({ length: 300 }, (_, index) => 300 - index).filter((jobId) => jobId !== 50);
    expect(seen).toEqual(expected);
  });
});

describe('a kept answer', () => {
  const changes: Record<string, (store: Store) => Promise<unknown>> = {
    'a start': ({ backend }) => backend.startJob(job(3)),
    'a stop': ({ backend }) => backend.stopJob({ jobId: 1, stopTime: epoch + 1, jobState: 'completed' }, () => true),
    'a tag': ({ backend }) => backend.tagJob(1, [{ type: 't', name: 'other', scope: 'global' }], everything),
    'a tag taken off': ({ backend }) => backend.untagJob(2, [{ type: 't', name: 'n', scope: 'global' }], everything),
    'a tag deleted': ({ backend }) => backend.deleteTags([{ type: 't', name: 'n', scope: 'global' }]),
    'a job deleted': ({ backend }) => backend.deleteJob({ jobId: 1 }),
    'jobs deleted by their age': ({ backend }) => backend.deleteJobsBefore(epoch + 1_000_000, 'none'),
    'an import': (store) => store.importJob(archivedJob),
    'the archiving of a job': (store) => store.archive(),
  };

  it.each(Object.entries(changes))('is another after %s', async (_, change) => {
    const store = await demoStore({ clock: createFakeClock(epoch * 1000 + 5_000) });
    await store.backend.startJob(job(1));
    await store.backend.startJob(job(2, { tags: [{ type: 't', name: 'n' }] }));
    await store.backend.startJob(job(4));
    await store.backend.stopJob({ jobId: 4, stopTime: epoch + 1, jobState: 'completed' }, () => true);
    const { read } = keptList(store);
    const before = await read();
    expect(await read()).toBe(before);
    await change(store);
    expect(await read()).not.toBe(before);
  });

  it('is made once while nothing changed, where nobody else writes', async () => {
    const store = await demoStore({ clock: createFakeClock(epoch * 1000) });
    await store.backend.startJob(job(1));
    const { read, made } = keptList(store);
    await read();
    await store.backend.writeSamples([{ cluster: 'demo', host: 'n01', metric: 'load_one', time: epoch, value: 1 }]);
    await read();
    expect(made()).toBe(isShared ? 2 : 1);
  });
});

/** Reads the list of all jobs as the handlers do. */
function keptList({ backend }: Store) {
  let made = 0;
  const make = async () => {
    made++;
    const jobs = await backend.listJobs({}, firstPage, everything, list);
    return { body: Buffer.from(JSON.stringify(jobs)), isForAll: true };
  };
  const read = async (): Promise<string> => {
    const { body } = await (backend.keptAnswers?.answer('all jobs', make) ?? make());
    return Buffer.from(body).toString();
  };
  return { read, made: () => made };
}

it('is read by one statement however long it is, and the store counts it', async () => {
  const store = await demoStore();
  const reads = async (): Promise<number> => (await store.stats()).reads;
  const cost = async (): Promise<number> => {
    // Asking for the counts reads, too.
    const [first, before] = [await reads(), await reads()];
    await store.backend.listJobs({}, { page: 1, itemsPerPage: 100 }, everything, list);
    return (await reads()) - before - (before - first);
  };
  await store.backend.startJob(job(1));
  expect(await cost()).toBe(1);
  await Promise.all(Array.from({ length: 50 }, (_, index) => store.backend.startJob(job(index + 2))));
  expect(await cost()).toBe(1);
});
