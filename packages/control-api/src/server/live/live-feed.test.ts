import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import type { JobRow } from '../../wire/models.js';
import type { LiveRights } from './live-change.js';
import { createLiveFeed, type LiveFeed, type LiveFeedOptions, type LiveSubscriber } from './live-feed.js';

const everything: LiveRights = { visibility: { jobs: 'all' }, nodes: true, machines: true, clusters: undefined };
const ofAlice: LiveRights = {
  ...{
    visibility: { jobs: 'own', user: 'alice', projects: ['p1'] },
    nodes: false,
    machines: false,
    clusters: undefined,
  },
};

const row = (id: number, more: Partial<JobRow> = {}): JobRow => ({
  ...{ id, jobId: id, cluster: 'c', subCluster: 's', user: 'bob', project: 'p2', jobState: 'running', startTime: 1 },
  ...{ duration: 0, numNodes: 1, hosts: ['n1'], tags: [], footprint: [] },
  ...more,
});

const started = (job: JobRow) => ({ event: 'job', data: { change: 'started', job } }) as const;

function feed(options: LiveFeedOptions = {}) {
  const clock = createFakeClock(1_700_000_000_000);
  return { clock, live: createLiveFeed({ clock, epoch: 'e', ...options }) };
}

/** What a subscriber reads, chunk by chunk; undefined where the stream has ended. */
function reader(live: LiveFeed, subscriber: Partial<LiveSubscriber> = {}) {
  const stream = live.subscribe({ rights: everything, ...subscriber }).getReader();
  const decoder = new TextDecoder();
  return {
    async next(): Promise<string | undefined> {
      const { done, value } = await stream.read();
      return done ? undefined : decoder.decode(value);
    },
    /** The ids of so many events to come. */
    async ids(count: number): Promise<string[]> {
      const ids: string[] = [];
      while (ids.length < count) ids.push(/id: (\S+)/.exec((await this.next()) ?? '')?.[1] ?? 'ended');
      return ids;
    },
    leave: () => stream.cancel(),
  };
}

const alive = (id: string) => `event: alive\ndata: {}\nid: ${id}\n\n`;
const reset = (id: string) => `event: reset\ndata: {}\nid: ${id}\n\n`;

describe('a live feed', () => {
  it('greets with where it stands, then tells what happens in order', async () => {
    const { live } = feed();
    live.publish({ event: 'cluster', data: { name: 'before' } });
    const one = reader(live);
    expect(await one.next()).toBe(alive('e-1'));
    live.publish({ event: 'cluster', data: { name: 'c' } });
    live.publish({ event: 'machine', data: { id: 'm', change: 'connected' } });
    expect(await one.next()).toBe('event: cluster\ndata: {"name":"c"}\nid: e-2\n\n');
    expect(await one.next()).toBe('event: machine\ndata: {"id":"m","change":"connected"}\nid: e-3\n\n');
  });

  it('gives each subscriber what its roles may see, and no owner of a job that is gone', async () => {
    const { live } = feed();
    const [all, own] = [reader(live), reader(live, { rights: ofAlice })];
    await Promise.all([all.next(), own.next()]);
    live.publish(started(row(1)));
    live.publish({ event: 'nodes', data: { cluster: 'c', nodes: [] } });
    live.publish({ event: 'samples', data: { cluster: 'c', hosts: ['n1'], time: 1 } });
    live.publish({ event: 'machine', data: { id: 'm', change: 'reported' } });
    live.publish(started(row(2, { user: 'alice' })));
    live.publish(started(row(3, { project: 'p1' })));
    live.publish({ event: 'job', data: { change: 'deleted', id: 4 } });
    live.publish({ event: 'job', data: { change: 'deleted', id: 5 }, owner: row(5) });
    live.publish({ event: 'job', data: { change: 'deleted', id: 2 }, owner: row(2, { user: 'alice' }) });
    expect(await own.ids(3)).toEqual(['e-5', 'e-6', 'e-9']);
    expect(await all.ids(8)).toEqual(['e-1', 'e-2', 'e-3', 'e-4', 'e-5', 'e-6', 'e-7', 'e-8']);
    expect(await all.next()).toBe('event: job\ndata: {"change":"deleted","id":2}\nid: e-9\n\n');
  });

  it('keeps a credential that is bound to clusters to them, and from deletions without an owner', async () => {
    const { live } = feed();
    const bound: LiveRights = {
      ...{ visibility: { jobs: 'all', clusters: ['c'] }, nodes: true, machines: false, clusters: ['c'] },
    };
    const one = reader(live, { rights: bound });
    await one.next();
    live.publish({ event: 'job', data: { change: 'deleted', id: 1 } });
    live.publish(started(row(2, { cluster: 'other' })));
    live.publish({ event: 'cluster', data: { name: 'other' } });
    live.publish({ event: 'samples', data: { cluster: 'other', hosts: [], time: 1 } });
    live.publish({ event: 'samples', data: { cluster: 'c', hosts: [], time: 1 } });
    expect(await one.ids(1)).toEqual(['e-5']);
  });

  it('leaves out other topics and clusters where it was asked to', async () => {
    const { live } = feed();
    const one = reader(live, { topics: ['jobs', 'machines'], cluster: 'c' });
    await one.next();
    live.publish({ event: 'nodes', data: { cluster: 'c', nodes: [] } });
    live.publish(started(row(1, { cluster: 'other' })));
    live.publish(started(row(2)));
    live.publish({ event: 'machine', data: { id: 'm', change: 'reported' } });
    expect(await one.ids(2)).toEqual(['e-3', 'e-4']);
  });

  it('resumes behind the last event, and at the end of what it keeps', async () => {
    const { live } = feed({ capacity: 3 });
    for (const name of ['1', '2', '3', '4', '5']) live.publish({ event: 'cluster', data: { name } });
    const [some, none, oldest] = [
      reader(live, { after: 'e-4' }),
      reader(live, { after: 'e-5' }),
      reader(live, { after: 'e-2' }),
    ];
    expect([await some.next(), ...(await some.ids(1))]).toEqual([alive('e-4'), 'e-5']);
    expect(await none.next()).toBe(alive('e-5'));
    expect(await oldest.ids(4)).toEqual(['e-2', 'e-3', 'e-4', 'e-5']);
  });

  it.each([
    ['an event that it does not keep any more', 'e-1'],
    ['an event of another server', 'other-5'],
    ['an event that has not happened', 'e-6'],
    ['no number', 'e-'],
    ['half an event', 'e-4.5'],
    ['nonsense', '\u0000'],
  ])('says reset to somebody who comes back with %s, and goes on from there', async (_, after) => {
    const { live } = feed({ capacity: 3 });
    for (const name of ['1', '2', '3', '4', '5']) live.publish({ event: 'cluster', data: { name } });
    const one = reader(live, { after });
    expect(await one.next()).toBe(reset('e-5'));
    live.publish({ event: 'cluster', data: { name: '6' } });
    expect(await one.ids(1)).toEqual(['e-6']);
  });

  it('shows life every 15 s with how far it has looked, also past what others alone may see', async () => {
    const { clock, live } = feed();
    const own = reader(live, { rights: ofAlice });
    expect(await own.next()).toBe(alive('e-0'));
    const silent = own.next();
    live.publish(started(row(1)));
    await clock.advance(15_000);
    expect(await silent).toBe(alive('e-1'));
    const again = own.next();
    await clock.advance(14_999);
    live.publish(started(row(2, { user: 'alice' })));
    expect(await again).toContain('id: e-2');
  });

  it('cuts off whoever is too far behind, with what was sent already', async () => {
    const { live } = feed({ capacity: 10, maxBehind: 4 });
    const slow = reader(live);
    for (let index = 1; index <= 5; index++) live.publish({ event: 'cluster', data: { name: String(index) } });
    expect(live.subscribers).toBe(0);
    const read = [await slow.next(), await slow.next(), await slow.next()];
    expect(read).toContain(undefined);
    const back = reader(live, { after: 'e-0' });
    expect(await back.ids(6)).toEqual(['e-0', 'e-1', 'e-2', 'e-3', 'e-4', 'e-5']);
  });

  it('ends a stream after its lifetime, so that rights are looked at again', async () => {
    const { clock, live } = feed({ lifetimeMs: 30_000 });
    const one = reader(live);
    await one.next();
    const [first, second] = [one.next(), one.next()];
    await clock.advance(30_000);
    expect(await first).toBe(alive('e-0'));
    expect(await second).toBeUndefined();
  });

  it('refuses more than it may have, and lets go of those who leave', async () => {
    const { clock, live } = feed({ maxSubscribers: 1 });
    const one = reader(live);
    expect(() => reader(live)).toThrow(expect.objectContaining({ code: 'unavailable', isRetryable: true }));
    await one.leave();
    expect(live.subscribers).toBe(0);
    expect(clock.pendingTimers).toBe(0);
    await reader(live).next();
  });

  it('ends every stream when it is closed, keeps no timer, and refuses whoever comes then', async () => {
    const { clock, live } = feed();
    const one = reader(live);
    await one.next();
    const pending = one.next();
    live.close();
    live.close();
    expect(await pending).toBeUndefined();
    expect([live.subscribers, clock.pendingTimers]).toEqual([0, 0]);
    expect(() => reader(live)).toThrow(expect.objectContaining({ code: 'unavailable' }));
    live.publish({ event: 'cluster', data: { name: 'nobody hears' } });
  });
});

it('tells everybody to read again after a reset, those who come back for what was before too', async () => {
  const { live } = feed();
  live.publish(started(row(1)));
  const here = reader(live);
  await here.next();
  live.publish(started(row(2)));
  live.reset();
  live.publish(started(row(3)));
  expect(await here.next()).toBe('event: reset\ndata: {}\nid: e-3\n\n');
  expect(await here.ids(1)).toEqual(['e-4']);
  expect(await reader(live, { after: 'e-2' }).next()).toBe('event: reset\ndata: {}\nid: e-4\n\n');
  expect(await reader(live, { after: 'e-3' }).ids(2)).toEqual(['e-3', 'e-4']);
  expect(live.counts).toEqual({ events: 4, cutOff: 0 });
});
