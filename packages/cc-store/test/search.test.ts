import { jobStates } from '@moorline/cc-api';
import type { Visibility } from '@moorline/cc-api/server';
import { silentLogger } from '@moorline/core';
import { createFakeClock } from '@moorline/core/testing';
import type { FoundJob, Jobs, JobSearch, JobTotal, Store } from '@moorline/cc-store';
import { describe, expect, it } from 'vitest';
import { createJobs } from '../src/jobs/search/search-jobs.js';
import { createJobTags } from '../src/jobs/tags.js';
import { databaseAt, demoStore, epoch, everything, freshPlace, isShared, job, runSql } from './support.js';

const all: JobSearch = { states: [], tags: [], sort: 'startTime', order: 'desc', limit: 50, count: false };
const now = epoch + 10_000;

/** Every job of a search, page by page. */
async function everyPage(jobs: Jobs, search: Partial<JobSearch>, visibility: Visibility): Promise<number[]> {
  const limit = 19;
  const found: number[] = [];
  let total: JobTotal | undefined;
  for (let cursor: string | undefined; ;) {
    const page = await jobs.search({ ...all, ...search, limit, cursor, count: cursor === undefined }, visibility);
    found.push(...(page?.jobs ?? []).map(({ id }) => id));
    total ??= page?.total;
    if (page?.next === undefined) {
      expect(total).toEqual({ count: found.length, isLowerBound: false });
      return found;
    }
    expect(page.jobs).toHaveLength(limit);
    cursor = page.next;
  }
}

/** Jobs of some users on some nodes, a third of them running, many with an equal start, duration or number of nodes. */
async function fill({ backend }: Store): Promise<void> {
  const starts = Array.from({ length: 60 }, (_, index) => {
    const numNodes = 1 + (index % 5);
    return job(1000 - index, {
      startTime: epoch + (index % 20) * 10,
      user: `u${index % 4}`,
      project: `p${index % 3}`,
      numNodes,
      resources: Array.from({ length: numNodes }, (_, node) => ({ hostname: `n0${1 + ((index + node) % 9)}` })),
      cluster: index % 6 === 0 ? 'other' : 'demo',
      ...(index % 4 === 0 ? { tags: [{ type: 'app', name: 'vasp' }] } : {}),
    });
  });
  for (const start of starts) await backend.startJob(start);
  const stopped = starts.filter((_, index) => index % 3 !== 0);
  const ended = jobStates.filter((state) => state !== 'running');
  await Promise.all(
    stopped.map(({ jobId }, index) =>
      backend.stopJob(
        { jobId, stopTime: epoch + 400 + (index % 7) * 60, jobState: ended[index % ended.length] ?? 'failed' },
        () => true,
      ),
    ),
  );
  for (let id = 1; id <= 60; id += 5) {
    const tag = (name: string, scope: string) => ({ type: 'mark', name, scope });
    await backend.tagJob(id, [tag('mine', 'u1'), tag('secret', 'admin')], everything);
  }
}

const app = { type: 'app', name: 'vasp' };
const filters: Partial<JobSearch>[] = [
  {},
  { states: ['running'] },
  { states: ['completed', 'failed', 'running'] },
  { states: ['completed'] },
  { user: 'u1' },
  { user: 'u1', project: 'p1', states: ['running'] },
  { project: 'p2' },
  { cluster: 'other' },
  { cluster: 'demo', user: 'u2' },
  { node: 'n03' },
  { node: 'n03', cluster: 'demo', states: ['running'], startFrom: epoch + 50 },
  { node: 'n02', tags: [app], minDuration: 100 },
  { startFrom: epoch + 50, startTo: epoch + 120 },
  { minDuration: 300, maxDuration: 700 },
  { minDuration: 9_900 },
  { maxDuration: 500, user: 'u3' },
  { tags: [app] },
  { tags: [app, { type: 'mark', name: 'mine' }] },
  { tags: [{ type: 'mark', name: 'secret' }], project: 'p0' },
  { tags: [{ type: 'app', name: 'no such' }] },
  { user: 'nobody' },
];
const sorts = ['startTime', 'duration', 'numNodes', 'user', 'project', 'jobId'] as const;
const readers: Visibility[] = [
  { jobs: 'own', user: 'u1', projects: [] },
  { jobs: 'own', user: 'u1', projects: ['p0', 'p2'] },
  { jobs: 'all', clusters: ['other'] },
  { jobs: 'all', clusters: [] },
];

/** What a search finds, by going through all jobs. */
function naive(rows: readonly KnownJob[], search: JobSearch, visibility: Visibility): number[] {
  const { minDuration = -Infinity, maxDuration = Infinity, startFrom = -Infinity, startTo = Infinity } = search;
  const scope = visibility.jobs === 'all' ? 'admin' : visibility.user;
  const found = rows.filter(
    (one) =>
      (search.states.length === 0 || search.states.includes(one.jobState)) &&
      (search.user === undefined || one.user === search.user) &&
      (search.project === undefined || one.project === search.project) &&
      (search.cluster === undefined || one.cluster === search.cluster) &&
      (search.node === undefined || one.allHosts.includes(search.node)) &&
      one.startTime >= startFrom &&
      one.startTime <= startTo &&
      one.duration >= minDuration &&
      one.duration <= maxDuration &&
      search.tags.every(({ type, name }) =>
        one.allTags.some((tag) => tag.type === type && tag.name === name && ['global', scope].includes(tag.scope)),
      ) &&
      visibility.clusters?.includes(one.cluster) !== false &&
      (visibility.jobs === 'all' || one.user === visibility.user || visibility.projects.includes(one.project)),
  );
  const sign = search.order === 'asc' ? 1 : -1;
  const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);
  const isText = search.sort === 'user' || search.sort === 'project';
  found.sort(
    (a, b) =>
      sign *
      (compare(a[search.sort], b[search.sort]) || (isText ? compare(a.startTime, b.startTime) : 0) || a.id - b.id),
  );
  return found.map(({ id }) => id);
}

interface KnownJob extends FoundJob {
  allHosts: string[];
  allTags: FoundJob['tags'];
}

describe('a search for jobs', () => {
  it('finds what going through all jobs finds, in every order, by pages, whichever way it goes', async () => {
    const place = freshPlace();
    const store = await demoStore({ ...place, clock: createFakeClock(now * 1000) });
    await fill(store);
    const rows: KnownJob[] = [];
    for (const found of (await store.jobs.search({ ...all, limit: 500 }, everything))?.jobs ?? []) {
      const whole = await store.backend.getJob(found.id, everything);
      const mine = await store.backend.getJob(found.id, { jobs: 'own', user: 'u1', projects: ['p0', 'p1', 'p2'] });
      const allTags = [...found.tags, ...(mine?.tags ?? [])];
      rows.push({ ...found, allTags, allHosts: whole?.resources.map(({ hostname }) => hostname) ?? [] });
    }
    // Tags of others' jobs that only u1 sees are not in what anybody reads of them here.
    expect(rows).toHaveLength(60);
    await store.close();
    const { db, reading } = await databaseAt(place);
    // In the order that is asked for; then by what few jobs have; then by either.
    const ways = [0, 1_000_000, 12].map((few) =>
      createJobs({ db, reading, tags: createJobTags(db), nowSeconds: () => now, logger: silentLogger, few }),
    );
    let turn = 0;
    const check = async (jobs: Jobs | undefined, part: Partial<JobSearch>, visibility: Visibility): Promise<void> => {
      const search = { ...all, ...part, order: turn++ % 2 === 0 ? 'asc' : 'desc' } as const;
      const found = jobs && (await everyPage(jobs, search, visibility));
      expect(found, JSON.stringify({ search, visibility })).toEqual(naive(rows, search, visibility));
    };
    for (const filter of filters) {
      for (const sort of sorts) for (const jobs of ways) await check(jobs, { ...filter, sort }, everything);
      for (const visibility of readers) {
        await check(ways[turn % 3], { ...filter, sort: 'startTime' }, visibility);
        await check(ways[turn % 3], { ...filter, sort: sorts[1 + (turn % 5)] ?? 'user' }, visibility);
      }
    }
  });

  it('shows what a row of a table needs', async () => {
    const clock = createFakeClock(now * 1000);
    const store = await demoStore({ clock, archiveAfterMs: 0 });
    const resources = Array.from({ length: 6 }, (_, index) => ({ hostname: `n0${index + 1}` }));
    await store.backend.startJob(
      job(7, {
        resources,
        numNodes: 6,
        partition: 'main',
        numHwthreads: 48,
        footprint: { flops_any_avg: 1.5, odd: 2 },
        metaData: { jobScript: 'x', jobName: '<script>"\u202e\u0000😀' },
        tags: [{ type: 't', name: 'n' }],
      }),
    );
    const page = await store.jobs.search({ ...all, count: true }, everything);
    expect(page).toEqual({
      jobs: [
        {
          id: 1,
          jobId: 7,
          cluster: 'demo',
          subCluster: 'main',
          partition: 'main',
          user: 'alice',
          project: 'p1',
          jobState: 'running',
          startTime: epoch,
          duration: 10_000,
          numNodes: 6,
          numHwthreads: 48,
          name: '<script>"\u202e\u0000😀',
          hosts: ['n01', 'n02', 'n03', 'n04'],
          tags: [{ id: 1, type: 't', name: 'n', scope: 'global' }],
          footprint: [
            { name: 'flops_any', stat: 'avg', value: 1.5 },
            { name: 'odd', stat: 'avg', value: 2 },
          ],
        },
      ],
      total: { count: 1, isLowerBound: false },
    });
    await clock.advance(5_000);
    expect((await store.jobs.search(all, everything))?.jobs[0]).toMatchObject({ duration: 10_005 });
    expect(await store.jobs.byIds([9, 1, 1], everything)).toMatchObject([{ id: 1, jobId: 7 }]);
    expect(await store.jobs.byIds([1], { jobs: 'own', user: 'bob', projects: [] })).toEqual([]);
  });

  it('keeps running jobs in their place from page to page while time goes on', async () => {
    const clock = createFakeClock(now * 1000);
    const store = await demoStore({ clock });
    for (let jobId = 1; jobId <= 4; jobId++) await store.backend.startJob(job(jobId, { startTime: now - 100 * jobId }));
    await store.backend.startJob(job(5, { startTime: now - 5000 }));
    await store.backend.stopJob({ jobId: 5, stopTime: now - 5000 + 250, jobState: 'completed' }, () => true);
    const search = { ...all, sort: 'duration', limit: 2 } as const;
    const first = await store.jobs.search(search, everything);
    // 400, 300 | 250, 200 | 100; a hundred seconds later 200 would have come before 250.
    await clock.advance(100_000);
    const second = await store.jobs.search({ ...search, cursor: first?.next }, everything);
    expect([first, second].map((page) => page?.jobs.map(({ jobId }) => jobId))).toEqual([
      [4, 3],
      [5, 2],
    ]);
    expect(second?.jobs.map(({ duration }) => duration)).toEqual([250, 300]);
  });

  it('takes no cursor of another search, and none that it did not give', async () => {
    const store = await demoStore();
    for (let jobId = 1; jobId <= 3; jobId++) await store.backend.startJob(job(jobId));
    const { next = '' } = (await store.jobs.search({ ...all, limit: 1 }, everything)) ?? {};
    expect((await store.jobs.search({ ...all, limit: 2, cursor: next }, everything))?.jobs).toHaveLength(2);
    const others: Partial<JobSearch>[] = [{ order: 'asc' }, { sort: 'jobId' }, { user: 'alice' }, { tags: [app] }];
    for (const other of others)
      expect(await store.jobs.search({ ...all, ...other, cursor: next }, everything)).toBeUndefined();
    const forged = [
      '',
      'x',
      '!',
      Buffer.from('[1,2]').toString('base64url'),
      Buffer.from('null').toString('base64url'),
    ];
    for (const cursor of forged) expect(await store.jobs.search({ ...all, cursor }, everything)).toBeUndefined();
  });

  it('orders users whose names no column gives back whole', async () => {
    const store = await demoStore();
    const users = ['a\u0000b', 'a\u0000c', 'a', '\ud800', 'ä', ''];
    for (const [index, user] of users.entries()) await store.backend.startJob(job(index + 1, { user }));
    for (const order of ['asc', 'desc'] as const) {
      const found = await everyPage(store.jobs, { sort: 'user', order }, everything);
      expect(found).toHaveLength(users.length);
      expect(new Set(found).size).toBe(users.length);
    }
    for (const user of users) expect(await everyPage(store.jobs, { user, sort: 'jobId' }, everything)).toHaveLength(1);
  });

  it('leaves out a row that cannot be read, and no other', async () => {
    const place = freshPlace();
    const store = await demoStore(place);
    for (let jobId = 1; jobId <= 4; jobId++) await store.backend.startJob(job(jobId));
    await store.close();
    await runSql(place, "update job set document = '{' where job_id = 3");
    await runSql(place, 'update job set meta_data = \'{"jobName"\' where job_id = 2');
    const again = await demoStore(place);
    for (const sort of sorts) {
      expect((await everyIds(again.jobs, sort)).filter((id) => id !== 3)).toHaveLength(3);
    }
  });

  it('finds a deleted job by its node no more', async () => {
    const place = freshPlace();
    const store = await demoStore(place);
    for (let jobId = 1; jobId <= 5; jobId++) await store.backend.startJob(job(jobId, { startTime: epoch + jobId }));
    await store.backend.deleteJob({ jobId: 2 });
    await store.backend.deleteJobsBefore(epoch + 4, 'none');
    expect(await everyPage(store.jobs, { node: 'n01', sort: 'jobId', order: 'asc' }, everything)).toEqual([4, 5]);
    await store.close();
    expect(await runSql(place, 'select job from job_host order by job')).toEqual([{ job: 4 }, { job: 5 }]);
    expect(isShared).toBe('postgres' in place);
  });
});

async function everyIds(jobs: Jobs, sort: JobSearch['sort']): Promise<number[]> {
  const found: number[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await jobs.search({ ...all, sort, limit: 2, cursor }, everything);
    found.push(...(page?.jobs ?? []).map(({ id }) => id));
    if (page?.next === undefined) return found;
    cursor = page.next;
  }
}
