import { createFakeClock } from '@moorline/core/testing';
import type { Change, Store } from '@moorline/cc-store';
import { describe, expect, it } from 'vitest';
import { archivedJob, demo, demoStore, epoch, everything, job } from './support.js';

/** What a store tells from now on. */
async function listenTo(store: Store): Promise<{ told: Change[]; close: () => void }> {
  const told: Change[] = [];
  const { ready, close } = store.changes.subscribe((changes) => told.push(...changes));
  await ready;
  return { told, close };
}

/** What is told of something that is done. */
async function toldOf(store: Store, work: () => Promise<unknown>): Promise<Change[]> {
  const { told, close } = await listenTo(store);
  await work();
  close();
  return told;
}

const tag = (name: string) => ({ type: 't', name, scope: 'global' });
const yes = () => true;
const state = (hostname: string) => ({
  hostname,
  state: 'idle' as const,
  cpusAllocated: 0,
  memoryAllocated: 0,
  gpusAllocated: 0,
  jobsRunning: 0,
});
const load = (host: string, time: number, cluster = 'demo') => ({ cluster, host, metric: 'load_one', time, value: 1 });

describe('the changes of a store', () => {
  it('name the jobs that something was done to, before it is answered', async () => {
    const store = await demoStore({ archiveAfterMs: 3_600_000 });
    const { backend } = store;
    const of = (work: () => Promise<unknown>) => toldOf(store, work);
    const about = (change: string, ...ids: number[]) => ids.map((id) => ({ kind: 'job', change, id }));
    expect(await of(() => backend.startJob(job(1)))).toEqual(about('started', 1));
    expect(await of(() => backend.startJob(job(1)))).toEqual([]);
    const id = Number((await store.jobs.search(newest, everything))?.jobs[0]?.id);
    const stop = (jobState: 'running' | 'completed') => () =>
      backend.stopJob({ jobId: 1, stopTime: epoch + 9, jobState }, yes);
    expect(await of(stop('running'))).toEqual(about('changed', id));
    expect(await of(() => backend.stopJob({ jobId: 1, stopTime: epoch, jobState: 'failed' }, () => false))).toEqual([]);
    expect(await of(stop('completed'))).toEqual(about('stopped', id));
    expect(await of(stop('completed'))).toEqual([]);
    expect(await of(() => store.archive())).toEqual(about('changed', id));
    expect(await of(() => backend.tagJob(id, [tag('a')], everything))).toEqual(about('changed', id));
    expect(await of(() => backend.untagJob(id, [tag('none')], everything))).toEqual([]);
    expect(await of(() => backend.untagJob(id, [tag('a')], everything))).toEqual(about('changed', id));
    expect(await of(() => backend.editMeta({ id }, { key: 'k', value: 'v' }, everything))).toEqual(
      about('changed', id),
    );
    expect(await of(() => backend.editMeta({ id: 99 }, { key: 'k', value: 'v' }, everything))).toEqual([]);
    await backend.tagJob(id, [tag('b')], everything);
    expect(await of(() => backend.deleteTags([tag('b'), tag('none')]))).toEqual([]);
    expect(await of(() => backend.deleteTags([tag('b')]))).toEqual(about('changed', id));
    const [imported, ...none] = await of(() => store.importJob(archivedJob));
    expect([imported, none]).toEqual([{ kind: 'job', change: 'changed', id: expect.any(Number) }, []]);
    expect(await of(() => store.importJob(archivedJob))).toEqual([]);
    expect(await of(() => backend.deleteJob({ id }))).toEqual(about('deleted', id));
    expect(await of(() => backend.deleteJob({ id }))).toEqual([]);
    const rest = await of(() => backend.deleteJobsBefore(epoch, 'none'));
    expect(rest).toEqual([{ ...imported, change: 'deleted' }]);
  });

  it('say reset where a deleted tag was on more jobs than are named', async () => {
    const store = await demoStore();
    const starts = Array.from({ length: 201 }, (_, index) => job(index + 1, { tags: [tag('all')] }));
    await Promise.all(starts.map((start) => store.backend.startJob(start)));
    expect(await toldOf(store, () => store.backend.deleteTags([tag('all')]))).toEqual([{ kind: 'reset' }]);
  });

  it('come once for what one turn brings, in its order, and not for what is taken back', async () => {
    const store = await demoStore();
    const times: number[] = [];
    const { ready, close } = store.changes.subscribe((changes) => times.push(changes.length));
    await ready;
    const odd = job(4, { startTime: Number.NaN });
    const starts = [job(1), job(2), odd, job(3)].map((start) => store.backend.startJob(start).catch(() => undefined));
    await Promise.all(starts);
    close();
    expect(times).toEqual([3]);
  });

  it('name nodes, clusters and machines', async () => {
    const store = await demoStore();
    const { backend, machines } = store;
    expect(
      await toldOf(store, () => backend.updateNodeStates('demo', [state('n01'), state('n99'), state('n02')], epoch)),
    ).toEqual([{ kind: 'nodes', cluster: 'demo', hosts: ['n01', 'n02'] }]);
    expect(await toldOf(store, () => backend.updateNodeStates('demo', [state('n99')], epoch))).toEqual([]);
    expect(await toldOf(store, () => store.clusters.putCluster(demo))).toEqual([]);
    const changed = { ...demo, subClusters: demo.subClusters.map((one) => ({ ...one, processorType: 'New' })) };
    expect(await toldOf(store, () => store.clusters.putCluster(changed))).toEqual([{ kind: 'cluster', name: 'demo' }]);
    const { token } = await machines.createRegistration({ nodeGroup: 'demo', maxUses: 1 });
    const registration = (await machines.findRegistration(token)) ?? { id: '' };
    const add = (id: string) => machines.addMachine({ id, workspace: 'w', nodeGroup: 'demo' }, registration, {});
    const enrolled = [{ kind: 'machine', change: 'enrolled', id: 'm1' }];
    expect(await toldOf(store, () => add('m1'))).toEqual(enrolled);
    expect(await toldOf(store, () => machines.updateMachine('m1', {}))).toEqual(enrolled);
    expect(await toldOf(store, () => add('m2'))).toEqual([]);
  });

  it('put samples together, by cluster and second', async () => {
    const clock = createFakeClock(epoch * 1000);
    const store = await demoStore({ clock });
    const { told, close } = await listenTo(store);
    await store.backend.writeSamples([load('n01', epoch), load('n02', epoch), load('n01', epoch + 5)]);
    await store.backend.writeSamples([load('n03', epoch - 60), load('x', epoch + 90, 'nobody')]);
    expect(told).toEqual([]);
    await clock.advance(1000);
    expect(told).toEqual([{ kind: 'samples', cluster: 'demo', hosts: ['n01', 'n02', 'n03'], time: epoch + 5 }]);
    await clock.advance(5000);
    await store.backend.writeSamples([load('n01', epoch + 10)]);
    await clock.advance(1000);
    expect(told.slice(1)).toEqual([{ kind: 'samples', cluster: 'demo', hosts: ['n01'], time: epoch + 10 }]);
    close();
  });

  it('go to whoever has subscribed, each on its own, and to nobody who has closed', async () => {
    const store = await demoStore();
    const told: string[] = [];
    const failing = store.changes.subscribe(() => {
      throw new Error('not told');
    });
    const listener = () => told.push('told');
    const [first, second] = [store.changes.subscribe(listener), store.changes.subscribe(listener)];
    await Promise.all([failing.ready, first.ready, second.ready]);
    await store.backend.startJob(job(1));
    expect(told).toHaveLength(2);
    first.close();
    first.close();
    await store.backend.startJob(job(2));
    expect(told).toHaveLength(3);
    second.close();
    failing.close();
    await store.backend.startJob(job(3));
    expect(told).toHaveLength(3);
    (await listenTo(store)).close();
    await store.close();
    await store.close();
  });
});

const newest = { states: [], tags: [], sort: 'startTime', order: 'desc', limit: 1, count: false } as const;
