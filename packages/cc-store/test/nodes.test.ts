import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { openStore } from '@moorline/cc-store';
import { demo, demoStore, epoch, freshPlace, hardware } from './support.js';

const state = (hostname: string, changes: object = {}) => ({
  hostname,
  state: 'allocated' as const,
  cpusAllocated: 4,
  memoryAllocated: 1000,
  gpusAllocated: 0,
  jobsRunning: 1,
  ...changes,
});
const at = (host: string, metric: string, time: number, value: number) => ({
  cluster: 'demo',
  host,
  metric,
  time,
  value,
});
const thread = (host: string, metric: string, typeId: string, time: number, value: number) => ({
  ...at(host, metric, time, value),
  type: 'hwthread' as const,
  typeId,
});

describe('the nodes of a cluster', () => {
  it('are all of its description, with what they told and the machine that enrolled under their name', async () => {
    const store = await demoStore({ clock: createFakeClock(epoch * 1000) });
    await store.backend.updateNodeStates('demo', [state('n02')], epoch - 5);
    const { token } = await store.machines.createRegistration({ nodeGroup: 'demo' });
    const registration = (await store.machines.findRegistration(token)) ?? { id: '' };
    for (const id of ['old', 'new'])
      await store.machines.addMachine({ id, workspace: 'w', nodeGroup: 'demo' }, registration, {
        machineInfo: { hostname: 'n03.example.org' },
      });
    const nodes = (await store.nodes.list('demo', [])) ?? [];
    expect(nodes).toHaveLength(16);
    const named = (host: string) => ({ cluster: 'demo', host, subCluster: 'main', metrics: {} });
    const told = {
      ...named('n02'),
      state: 'allocated',
      health: 'failed',
      cpusAllocated: 4,
      memoryAllocated: 1000,
      gpusAllocated: 0,
      jobsRunning: 1,
      reportedAt: (epoch - 5) * 1000,
    };
    expect(nodes.slice(0, 3)).toEqual([named('n01'), told, { ...named('n03'), machineId: 'new' }]);
    expect(await store.nodes.list('nobody', [])).toBeUndefined();
    expect(await store.nodes.find('demo', 'n02')).toEqual(told);
    expect(await store.nodes.find('demo', 'n99')).toBeUndefined();
    expect(await store.nodes.find('nobody', 'n02')).toBeUndefined();
    expect(await store.nodes.byHosts('demo', ['n02', 'n99'])).toEqual([told]);
    const many = ['n01', 'n02', 'n03', 'n04', 'n05', 'n06'];
    expect((await store.nodes.byHosts('demo', many)).map(({ host }) => host)).toEqual(many);
  });

  it('are those that told something where a subcluster takes every host', async () => {
    const store = await demoStore();
    await store.clusters.putCluster({
      ...demo,
      name: 'any',
      subClusters: [{ name: 'all', nodes: '*', ...hardware }],
    });
    expect(await store.nodes.list('any', [])).toEqual([]);
    await store.backend.updateNodeStates('any', [state('x2'), state('x1')], epoch);
    expect((await store.nodes.list('any', []))?.map(({ host }) => host)).toEqual(['x1', 'x2']);
  });

  it('have the newest value of the last 15 minutes, of the whole node', async () => {
    const clock = createFakeClock(epoch * 1000);
    const store = await demoStore({ clock });
    const threads = (metric: string, time: number) =>
      Array.from({ length: 8 }, (_, index) => thread('n01', metric, String(index), time, index));
    await store.backend.writeSamples([
      at('n01', 'load_one', epoch - 60, 1),
      at('n01', 'load_one', epoch - 10, 2),
      // Came late: it is not the newest.
      at('n01', 'load_one', epoch - 30, 3),
      ...threads('cpu_user', epoch - 20),
      ...threads('flops', epoch - 20),
      at('n02', 'load_one', epoch - 901, 9),
      // Not from each of the threads: an average is of some, a sum of none.
      ...threads('cpu_user', epoch - 20)
        .slice(0, 3)
        .map((sample) => ({ ...sample, host: 'n03' })),
      ...threads('flops', epoch - 400).map((sample) => ({ ...sample, host: 'n03' })),
      ...threads('flops', epoch - 20)
        .slice(1)
        .map((sample) => ({ ...sample, host: 'n03' })),
    ]);
    const valuesOf = async (metrics: string[]) =>
      Object.fromEntries(
        ((await store.nodes.list('demo', metrics)) ?? []).flatMap(({ host, metrics: found }) =>
          Object.keys(found).length === 0 ? [] : [[host, found]],
        ),
      );
    const load = { value: 2, time: epoch - 10 };
    expect(await valuesOf(['load_one', 'flops', 'cpu_user', 'nothing'])).toEqual({
      n01: { load_one: load, flops: { value: 28, time: epoch - 20 }, cpu_user: { value: 3.5, time: epoch - 20 } },
      n03: { cpu_user: { value: 1, time: epoch - 20 } },
    });
    expect(await valuesOf(['load_one'])).toEqual({ n01: { load_one: load } });
    expect(await valuesOf([])).toEqual({});
    expect((await store.nodes.find('demo', 'n01'))?.metrics).toMatchObject({ load_one: load, flops: { value: 28 } });
    await clock.advance(900_000);
    expect(await valuesOf(['load_one', 'flops'])).toEqual({});
  });

  it('have the newest values that were folded before this process began', async () => {
    const clock = createFakeClock(epoch * 1000);
    const place = freshPlace();
    const store = await openStore({ ...place, clock });
    await store.clusters.putCluster(demo);
    await store.backend.writeSamples([at('n01', 'load_one', epoch - 70, 1), at('n01', 'load_one', epoch - 10, 2)]);
    await store.compact();
    await store.close();
    const again = await demoStore({ ...place, clock });
    expect((await again.nodes.list('demo', ['load_one']))?.[0]?.metrics).toEqual({
      load_one: { value: 2, time: epoch - 10 },
    });
  });
});

describe('the history of a node', () => {
  it('comes by pages, the newest first', async () => {
    const store = await demoStore();
    for (let minute = 0; minute < 7; minute++)
      await store.backend.updateNodeStates('demo', [state('n01', { jobsRunning: minute })], epoch + 60 * minute);
    // Two at one time, and one that says nothing new.
    await store.backend.updateNodeStates('demo', [state('n01', { jobsRunning: 70 })], epoch + 360);
    await store.backend.updateNodeStates('demo', [state('n01', { jobsRunning: 70 })], epoch + 999);
    const found: number[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await store.nodes.states('demo', 'n01', { limit: 3, cursor });
      if (typeof page === 'string') throw new Error(page);
      found.push(...page.states.map(({ jobsRunning }) => jobsRunning));
      cursor = page.next;
      if (cursor === undefined) break;
    }
    expect(found).toEqual([70, 6, 5, 4, 3, 2, 1, 0]);
    const some = await store.nodes.states('demo', 'n01', { from: epoch + 60, to: epoch + 120, limit: 9 });
    expect(some).toEqual({
      states: [2, 1].map((minute) => ({
        time: epoch + 60 * minute,
        state: 'allocated',
        health: 'failed',
        cpusAllocated: 4,
        memoryAllocated: 1000,
        gpusAllocated: 0,
        jobsRunning: minute,
      })),
    });
  });

  it('is empty for a node that never told anything, and told from none', async () => {
    const store = await demoStore();
    expect(await store.nodes.states('demo', 'n01', { limit: 1 })).toEqual({ states: [] });
    expect(await store.nodes.states('demo', 'n99', { limit: 1 })).toBe('no_such_node');
    expect(await store.nodes.states('nobody', 'n01', { limit: 1 })).toBe('no_such_node');
    for (const cursor of ['', 'x', Buffer.from('state 1').toString('base64url')])
      expect(await store.nodes.states('demo', 'n01', { limit: 1, cursor })).toBe('unknown_cursor');
  });
});

describe('the report of an agent', () => {
  const report = (agentVersion: string) => ({
    agentVersion,
    startedAt: 1,
    at: 2,
    workers: [{ name: 'sampler', state: 'started', restarts: 3, error: '<b>\u0000\ud800', needs: ['a'] }],
    spool: { entries: 1, bytes: 20, oldestAt: 5 },
  });

  it('is kept, the newest of each machine, and goes with it', async () => {
    const clock = createFakeClock(epoch * 1000);
    const store = await demoStore({ clock });
    const { token } = await store.machines.createRegistration({ nodeGroup: 'demo' });
    const registration = (await store.machines.findRegistration(token)) ?? { id: '' };
    for (const id of ['m1', 'm2', 'm3'])
      await store.machines.addMachine({ id, workspace: 'w', nodeGroup: 'demo' }, registration, {});
    const told: unknown[] = [];
    const { ready, close } = store.changes.subscribe((changes) => told.push(...changes));
    await ready;
    expect(await store.reports.put('m2', report('1'))).toBe(true);
    expect(await store.reports.put('nobody', report('1'))).toBe(false);
    close();
    expect(told).toEqual([{ kind: 'machine', change: 'reported', id: 'm2' }]);
    expect(await store.reports.put('m1', report('1'))).toBe(true);
    await clock.advance(5000);
    expect(await store.reports.put('m2', report('2'))).toBe(true);
    const newest = { machineId: 'm2', reportedAt: epoch * 1000 + 5000, report: report('2') };
    expect(await store.reports.find('m2')).toEqual(newest);
    expect(await store.reports.find('m3')).toBeUndefined();
    expect(await store.reports.list()).toEqual([
      { machineId: 'm1', reportedAt: epoch * 1000, report: report('1') },
      newest,
    ]);
  });
});
