import type { TagName } from '@moorline/cc-api';
import { openStore, type Store } from '@moorline/cc-store';
import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { createDeleteJobs } from '../src/jobs/delete-jobs.js';
import { createJobHosts } from '../src/jobs/job-hosts.js';
import { soak } from '../../../tools/testenv/scale.js';
import { databaseAt, demo, demoStore, epoch, everything, firstPage, freshPlace, isShared, job } from './support.js';

const day = 86_400;
const tag = (name: string, type = 't', scope = 'global'): Required<TagName> => ({ type, name, scope });
const unsafeIds = [0, -1, 1.5, 2 ** 60, NaN];

async function idsOf({ backend }: Store): Promise<number[]> {
  const jobs = await backend.listJobs({}, { page: 1, itemsPerPage: 1_000_000 }, everything, { metaData: false });
  return jobs.map(({ id = 0 }) => id).sort((a, b) => a - b);
}

describe('editing metadata', () => {
  it('#104 sets one entry of a running job and of one that has ended, and keeps the others', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1));
    await backend.startJob(job(2, { metaData: { a: 'b' }, tags: [tag('n')] }));
    await backend.stopJob({ jobId: 2, stopTime: epoch + 9, jobState: 'completed' }, () => true);
    expect(await backend.editMeta({ id: 1 }, { key: 'k', value: 'v' }, everything)).toMatchObject({
      id: 1,
      jobState: 'running',
      metaData: { k: 'v' },
    });
    const edited = await backend.editMeta({ id: 2 }, { key: 'k', value: 'v' }, everything);
    expect(edited).toMatchObject({ id: 2, jobState: 'completed', duration: 9, tags: [tag('n')] });
    expect(edited?.metaData).toEqual({ a: 'b', k: 'v' });
    await backend.editMeta({ id: 2 }, { key: 'a', value: '' }, everything);
    expect((await backend.getJob(2, everything))?.metaData).toEqual({ a: '', k: 'v' });
  });

  it('means the newest job with a key, as a stop does', async () => {
    const { backend, clusters } = await demoStore();
    await clusters.putCluster({ ...demo, name: 'second' });
    await backend.startJob(job(1));
    await backend.startJob(job(1, { startTime: epoch + day }));
    await backend.startJob(job(1, { cluster: 'second' }));
    const edit = async (key: object) =>
      (await backend.editMeta({ jobId: 1, ...key }, { key: 'k', value: 'v' }, everything))?.id;
    expect(await edit({})).toBe(3);
    expect(await edit({ cluster: 'demo' })).toBe(2);
    expect(await edit({ startTime: epoch, cluster: 'demo' })).toBe(1);
  });

  it('#105 #106 finds nothing that is not there or not visible, and changes nothing', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1));
    const entry = { key: 'k', value: 'v' };
    for (const id of unsafeIds) expect(await backend.editMeta({ id }, entry, everything)).toBeUndefined();
    expect(await backend.editMeta({ jobId: 2 }, entry, everything)).toBeUndefined();
    const bob = { jobs: 'own', user: 'bob', projects: [] } as const;
    expect(await backend.editMeta({ id: 1 }, entry, bob)).toBeUndefined();
    expect(await backend.editMeta({ jobId: 1 }, entry, { jobs: 'all', clusters: ['second'] })).toBeUndefined();
    expect(await backend.getJob(1, everything)).toMatchObject({ metaData: null });
    expect(await backend.editMeta({ id: 1 }, entry, { ...bob, projects: ['p1'] })).toMatchObject({ id: 1 });
  });

  it('keeps any text, as key and as value', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1));
    const texts = ['', 'a\0b', '__proto__', '\ud800', '"\\'];
    for (const text of texts) await backend.editMeta({ id: 1 }, { key: text, value: text }, everything);
    const { metaData } = (await backend.getJob(1, everything)) ?? {};
    expect(Object.entries(metaData ?? {})).toEqual(texts.map((text) => [text, text]));
  });

  it('keeps each of many entries that are set at once', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1));
    const keys = Array.from({ length: 64 }, (_, index) => `k${index}`);
    await Promise.all(keys.map((key) => backend.editMeta({ id: 1 }, { key, value: 'v' }, everything)));
    expect(Object.keys((await backend.getJob(1, everything))?.metaData ?? {}).sort()).toEqual(keys.sort());
  });
});

describe('tags', () => {
  it('#108 #109 come once, however often they are given, and answer with all there are', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1, { tags: [tag('first')] }));
    const mine = tag('mine', 't', 'bob');
    const alice = { jobs: 'own', user: 'alice', projects: [] } as const;
    for (let time = 0; time < 2; time++) {
      const outcome = await backend.tagJob(1, [tag('n'), tag('n'), mine], alice);
      // The answer shows alice a tag that she will not read.
      expect(outcome).toMatchObject({
        outcome: 'changed',
        job: { id: 1, metaData: null, tags: [tag('first'), { id: 2, ...tag('n') }, { id: 3, ...mine }] },
      });
    }
    expect((await backend.getJob(1, alice))?.tags).toHaveLength(2);
  });

  it('stand where the wire has them', async () => {
    // The duration of a running job grows by the second.
    const { backend } = await demoStore({ clock: createFakeClock(epoch * 1000) });
    await backend.startJob(job(1));
    const outcome = await backend.tagJob(1, [tag('n')], everything);
    expect(JSON.stringify(outcome)).toBe(
      JSON.stringify({ outcome: 'changed', job: await backend.getJob(1, everything) }),
    );
  });

  it('#110 of one type and name differ by scope', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1));
    const outcome = await backend.tagJob(1, [tag('n'), tag('n', 't', 'admin')], everything);
    expect(outcome).toMatchObject({ job: { tags: [{ scope: 'global' }, { scope: 'admin' }] } });
  });

  it('#111 do not come to a job that is not there or not visible, and are not made for it', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1));
    const none = { outcome: 'not_found' };
    for (const id of [...unsafeIds, 2]) {
      expect(await backend.tagJob(id, [tag('n')], everything)).toEqual(none);
      expect(await backend.untagJob(id, [tag('n')], everything)).toEqual(none);
    }
    expect(await backend.tagJob(1, [tag('n')], { jobs: 'own', user: 'bob', projects: [] })).toEqual(none);
    expect(await backend.deleteTags([tag('n')])).toEqual(tag('n'));
  });

  it('#112 #113 come off a job, all or none of them', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1, { tags: [tag('a'), tag('b'), tag('c')] }));
    await backend.startJob(job(2, { tags: [tag('other')] }));
    expect(await backend.untagJob(1, [tag('a'), tag('nowhere')], everything)).toEqual({
      outcome: 'no_such_tag',
      tag: tag('nowhere'),
    });
    expect((await backend.getJob(1, everything))?.tags).toHaveLength(3);
    expect(await backend.untagJob(1, [], everything)).toMatchObject({ job: { tags: [{}, {}, {}] } });
    expect(await backend.untagJob(1, [tag('a'), tag('other'), tag('c')], everything)).toMatchObject({
      outcome: 'changed',
      job: { tags: [tag('b')] },
    });
    expect((await backend.getJob(2, everything))?.tags).toMatchObject([tag('other')]);
    const outcome = await backend.untagJob(1, [tag('b')], everything);
    expect(outcome.outcome === 'changed' && 'tags' in outcome.job).toBe(false);
    // It is still there, for the next job that gets it.
    expect(await backend.tagJob(2, [tag('b')], everything)).toMatchObject({ job: { tags: [{ id: 2 }, { id: 4 }] } });
  });

  it('#114 are deleted from every job, all or none of them', async () => {
    const store = await demoStore();
    const { backend } = store;
    await backend.startJob(job(1, { tags: [tag('a'), tag('b')] }));
    await backend.startJob(job(2, { tags: [tag('a')] }));
    expect(await backend.deleteTags([tag('a'), tag('a', 't', 'admin')])).toEqual(tag('a', 't', 'admin'));
    expect((await backend.getJob(2, everything))?.tags).toHaveLength(1);
    expect(await backend.deleteTags([tag('a')])).toBeUndefined();
    expect((await backend.getJob(1, everything))?.tags).toMatchObject([tag('b')]);
    expect((await backend.getJob(2, everything))?.tags).toBeUndefined();
    expect(await backend.deleteTags([tag('a')])).toEqual(tag('a'));
    expect(await store.check()).toMatchObject({ isSound: true });
  });

  it('keep any text and tell any two apart', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1));
    const texts = ['', 'a', 'a\0b', 'a\0c', '\ud800', '\ufffd', '"a"'];
    const tags = texts.map((text) => tag(text, text, text || 'global'));
    expect(await backend.tagJob(1, tags, everything)).toMatchObject({ job: { tags } });
    expect(await backend.untagJob(1, [tag('a\0b', 'a\0b', 'a\0b')], everything)).toMatchObject({
      job: { tags: tags.filter(({ name }) => name !== 'a\0b') },
    });
  });

  it('come once from many at once, and are one tag on many jobs', async () => {
    const { backend } = await demoStore();
    for (let jobId = 1; jobId <= 8; jobId++) await backend.startJob(job(jobId));
    const ids = Array.from({ length: 64 }, (_, index) => 1 + (index % 8));
    await Promise.all(ids.map((id) => backend.tagJob(id, [tag('n')], everything)));
    for (const id of ids.slice(0, 8))
      expect((await backend.getJob(id, everything))?.tags).toEqual([{ id: 1, ...tag('n') }]);
  });
});

describe('deleting jobs', () => {
  it('#115 #116 deletes one, by row or as the newest with a key, with its tags', async () => {
    const store = await demoStore();
    const { backend } = store;
    await backend.startJob(job(1, { tags: [tag('n')] }));
    await backend.startJob(job(1, { startTime: epoch + day, tags: [tag('n')] }));
    await backend.startJob(job(2));
    for (const id of [...unsafeIds, 9]) expect(await backend.deleteJob({ id })).toBeUndefined();
    for (const key of [{ jobId: 3 }, { jobId: 1, cluster: 'nope' }, { jobId: 1, startTime: 1 }]) {
      expect(await backend.deleteJob(key)).toBeUndefined();
    }
    expect(await idsOf(store)).toEqual([1, 2, 3]);
    expect(await backend.deleteJob({ jobId: 1 })).toBe(2);
    expect(await backend.deleteJob({ id: 3 })).toBe(3);
    expect(await backend.deleteJob({ id: 3 })).toBeUndefined();
    expect(await idsOf(store)).toEqual([1]);
    expect(await store.check()).toMatchObject({ isSound: true, jobs: 1 });
    // The tag stays, and a row number is never given again.
    expect(await backend.startJob(job(2))).toEqual({ outcome: 'started', id: 4 });
    expect(await backend.tagJob(4, [tag('n')], everything)).toMatchObject({ job: { tags: [{ id: 1 }] } });
  });

  it('deletes a job once, however many ask at once', async () => {
    const { backend } = await demoStore();
    for (let round = 1; round <= 5; round++) {
      await backend.startJob(job(round));
      const answers = await Promise.all(Array.from({ length: 20 }, () => backend.deleteJob({ jobId: round })));
      expect(answers.filter((id) => id !== undefined)).toEqual([round]);
    }
  });

  it('#117 deletes all that started before a time, in any state', async () => {
    const store = await demoStore();
    const { backend } = store;
    for (let jobId = 1; jobId <= 4; jobId++) await backend.startJob(job(jobId, { startTime: epoch + jobId }));
    await backend.startJob(job(5, { startTime: -1 }));
    await backend.stopJob({ jobId: 1, stopTime: epoch + 9, jobState: 'completed' }, () => true);
    expect(await backend.deleteJobsBefore(-1, 'none')).toBe(0);
    expect(await backend.deleteJobsBefore(-Infinity, 'none')).toBe(0);
    expect(await backend.deleteJobsBefore(epoch + 3, 'none')).toBe(3);
    expect(await idsOf(store)).toEqual([3, 4]);
    expect(await backend.deleteJobsBefore(2 ** 70, 'none')).toBe(2);
  });

  it('#119 leaves those with a tag alone, any or one that a person gave', async () => {
    const store = await demoStore();
    const { backend } = store;
    const tags = [[], [tag('x', 'app')], [tag('x', 'jobClass')], [tag('n')], [tag('x', 'app'), tag('n', 't', 'bob')]];
    for (const [index, those] of tags.entries()) await backend.startJob(job(index + 1, { tags: those }));
    expect(await backend.deleteJobsBefore(epoch + 1, 'all')).toBe(1);
    expect(await idsOf(store)).toEqual([2, 3, 4, 5]);
    expect(await backend.deleteJobsBefore(epoch + 1, 'user')).toBe(2);
    expect(await idsOf(store)).toEqual([4, 5]);
    expect(await backend.deleteJobsBefore(epoch + 1, 'none')).toBe(2);
    expect(await store.check()).toMatchObject({ isSound: true, jobs: 0 });
  });

  it('deletes many in steps, counts them right, and lets other writes pass in between', async () => {
    const store = await demoStore({ durability: 'relaxed' });
    const { backend } = store;
    const [many, kept] = isShared ? soak([800, 500], [3_000, 1_700]) : [3_000, 1_700];
    await Promise.all(
      Array.from({ length: many }, (_, index) =>
        backend.startJob(
          // Many with one start time, so that steps end among them.
          job(index, { startTime: epoch + (index % 7), ...(index < kept ? { tags: [tag('n')] } : {}) }),
        ),
      ),
    );
    const commits = (await store.stats()).commits;
    let isDone = false;
    const deleting = backend.deleteJobsBefore(epoch + 7, 'user').finally(() => (isDone = true));
    let passed = 0;
    while (!isDone) {
      await backend.startJob(job(many + passed, { startTime: epoch + 7 + passed }));
      if (!isDone) passed++;
    }
    expect(await deleting).toBe(many - kept);
    expect(passed).toBeGreaterThanOrEqual(Math.floor(many / 200));
    expect((await store.stats()).commits - commits).toBeGreaterThan(many / 200);
    expect(await backend.deleteJobsBefore(epoch + 7, 'none')).toBe(kept);
    expect((await idsOf(store)).length).toBeGreaterThanOrEqual(passed);
    expect(await store.check()).toMatchObject({ isSound: true });
  });

  it('reads and deletes no more in a step than it may', async () => {
    const place = freshPlace();
    const store = await demoStore(place);
    for (let jobId = 1; jobId <= 5; jobId++) {
      await store.backend.startJob(
        job(jobId, { startTime: epoch - jobId, ...(jobId === 4 ? { tags: [tag('n')] } : {}) }),
      );
    }
    await store.close();
    const { db, writing } = await databaseAt(place);
    const steps = createDeleteJobs(db, createJobHosts(db), 2);
    const from = { startTime: 0, id: 0 };
    const first = await steps.step(writing, epoch, 'all', from);
    expect(first).toEqual({ deleted: [5], next: { startTime: epoch - 4, id: 4 } });
    const second = await steps.step(writing, epoch, 'all', first.next ?? from);
    expect({ ...second, deleted: second.deleted.sort() }).toEqual({
      deleted: [2, 3],
      next: { startTime: epoch - 2, id: 2 },
    });
    expect(await steps.step(writing, epoch, 'all', second.next ?? from)).toEqual({ deleted: [1] });
  });
});

it('keeps all of it when the store is opened again', async () => {
  const place = freshPlace();
  const store = await demoStore(place);
  for (let jobId = 1; jobId <= 3; jobId++) await store.backend.startJob(job(jobId));
  await store.backend.editMeta({ id: 1 }, { key: 'k', value: 'v' }, everything);
  await store.backend.tagJob(1, [tag('n'), tag('gone')], everything);
  await store.backend.untagJob(1, [tag('gone')], everything);
  await store.backend.deleteJob({ id: 2 });
  await store.close();
  await using again = await openStore(place);
  expect(await again.backend.listJobs({}, firstPage, everything, { metaData: true })).toMatchObject([
    { id: 3 },
    { id: 1, metaData: { k: 'v' }, tags: [tag('n')] },
  ]);
});
