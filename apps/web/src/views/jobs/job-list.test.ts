import type { JobRow } from '@moorline/control-api';
import { describe, expect, it } from 'vitest';
import { appendPage, applyJobEvent, durationNow, firstPage, type JobListData, reread } from './job-list.js';
import { compareJobs, matchesSearch } from './job-order.js';

const row = (id: number, change: Partial<JobRow> = {}): JobRow => ({
  id,
  jobId: 1000 + id,
  cluster: 'lab',
  subCluster: 'main',
  user: 'eve',
  project: 'p',
  jobState: 'running',
  startTime: id * 10,
  duration: 5,
  numNodes: 1,
  hosts: ['n1'],
  tags: [],
  footprint: [],
  ...change,
});
const ids = ({ rows }: JobListData): number[] => rows.map(({ job }) => job.id);
const search = { sort: 'startTime', order: 'desc' } as const;
const list = firstPage({ jobs: [row(9), row(8), row(7)], next: 'c', total: { count: 5, isLowerBound: false } }, 100);

describe('the list of jobs', () => {
  it('goes on with the next page, without what was there or waits already', () => {
    const waiting = applyJobEvent(list, { change: 'started', job: row(10) }, search, 101);
    const longer = appendPage(waiting, { jobs: [row(7), row(6), row(10)] }, 102);
    expect(ids(longer)).toEqual([9, 8, 7, 6]);
    expect(longer.next).toBeUndefined();
  });

  it('keeps new jobs waiting and rows where they are', () => {
    const after = applyJobEvent(list, { change: 'started', job: row(10) }, search, 101);
    expect(ids(after)).toEqual([9, 8, 7]);
    expect([...after.fresh]).toEqual([10]);
    expect(applyJobEvent(after, { change: 'changed', job: row(10) }, search, 102)).toBe(after);
  });

  it('changes a known row in place, even to what is not looked for', () => {
    const running = { ...search, state: ['running' as const] };
    const after = applyJobEvent(
      list,
      { change: 'stopped', job: row(8, { jobState: 'failed', duration: 60 }) },
      running,
      101,
    );
    expect(ids(after)).toEqual([9, 8, 7]);
    expect(after.rows[1]?.job).toMatchObject({ jobState: 'failed', duration: 60 });
    expect(after.rows[0]).toBe(list.rows[0]);
  });

  it('leaves out new jobs that are not looked for, and those that will be read in their turn', () => {
    expect(applyJobEvent(list, { change: 'started', job: row(10) }, { ...search, user: 'bob' }, 101).fresh.size).toBe(
      0,
    );
    expect(applyJobEvent(list, { change: 'changed', job: row(3) }, search, 101).fresh.size).toBe(0);
    const whole = { ...list, next: undefined };
    expect(applyJobEvent(whole, { change: 'changed', job: row(3) }, search, 101).fresh.size).toBe(1);
  });

  it('no longer announces a job that is deleted, or stops being looked for, before it was shown', () => {
    const running = { ...search, state: ['running' as const] };
    const waiting = applyJobEvent(list, { change: 'started', job: row(10) }, running, 101);
    expect(applyJobEvent(waiting, { change: 'deleted', id: 10 }, running, 102).fresh.size).toBe(0);
    const stopped = { change: 'stopped' as const, job: row(10, { jobState: 'completed' }) };
    expect(applyJobEvent(waiting, stopped, running, 102).fresh.size).toBe(0);
  });

  it('keeps the place of a deleted job', () => {
    const after = applyJobEvent(list, { change: 'deleted', id: 8 }, search, 101);
    expect(ids(after)).toEqual([9, 8, 7]);
    expect(after.rows.map(({ isGone }) => isGone)).toEqual([false, true, false]);
    expect(applyJobEvent(list, { change: 'deleted', id: 77 }, search, 101)).toEqual(list);
  });

  it('read again gives rows their news, marks what is gone and announces what is new', () => {
    const page = {
      jobs: [row(10), row(9, { jobState: 'completed' }), row(7)],
      next: 'd',
      total: { count: 6, isLowerBound: false },
    };
    const after = reread(list, page, search, 200);
    expect(ids(after)).toEqual([9, 8, 7]);
    expect(after.rows.map(({ job, isGone }) => [job.jobState, isGone])).toEqual([
      ['completed', false],
      ['running', true],
      ['running', false],
    ]);
    expect([...after.fresh]).toEqual([10]);
    expect(after).toMatchObject({ next: 'c', total: { count: 6 } });
  });

  it('read again says nothing of rows that the page does not reach', () => {
    const after = reread(list, { jobs: [row(9)], next: 'd' }, search, 200);
    expect(after.rows.map(({ isGone }) => isGone)).toEqual([false, false, false]);
  });

  it('lets running jobs go on, and others not', () => {
    const [running] = list.rows;
    expect(running && durationNow(running, 130)).toBe(35);
    expect(running && durationNow(running, 90)).toBe(5);
    expect(durationNow({ job: row(1, { jobState: 'failed' }), readAt: 0, isGone: false }, 130)).toBe(5);
  });
});

describe('a search', () => {
  const job = row(1, {
    tags: [{ id: 1, type: 'a', name: 'b:c', scope: 'global' }],
    numNodes: 6,
    hosts: ['n1', 'n2', 'n3', 'n4'],
  });
  it.each([
    [{}, 'yes'],
    [{ state: [] }, 'yes'],
    [{ state: ['running' as const], user: 'eve', project: 'p', cluster: 'lab', tag: ['a:b:c'] }, 'yes'],
    [{ user: 'ev' }, 'no'],
    [{ startFrom: 10, startTo: 10, minDuration: 5, maxDuration: 5 }, 'yes'],
    [{ startFrom: 11 }, 'no'],
    [{ startTo: 9 }, 'no'],
    [{ minDuration: 6 }, 'no'],
    [{ maxDuration: 4 }, 'no'],
    [{ tag: ['a:b:c', 'x:y'] }, 'no'],
    [{ node: 'n2' }, 'yes'],
    [{ node: 'n6' }, 'unknown'],
    [{ node: 'n6', user: 'bob' }, 'no'],
  ] as const)('for %j finds the job: %s', (wanted, found) => {
    expect(matchesSearch(job, { ...wanted } as Parameters<typeof matchesSearch>[1])).toBe(found);
  });

  it('is ordered by what it says, then by id, in the same direction', () => {
    const jobs = [row(1, { user: 'b' }), row(2, { user: 'a' }), row(3, { user: 'b' })];
    const order = (by: Parameters<typeof compareJobs>[0]) => [...jobs].sort(compareJobs(by)).map(({ id }) => id);
    expect(order({ sort: 'user', order: 'asc' })).toEqual([2, 1, 3]);
    expect(order({ sort: 'user', order: 'desc' })).toEqual([3, 1, 2]);
    expect(order({})).toEqual([3, 2, 1]);
  });
});
