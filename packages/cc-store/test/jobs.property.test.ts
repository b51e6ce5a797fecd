import type { JobState } from '@moorline/cc-api';
import type { JobFilter, Visibility } from '@moorline/cc-api/server';
import { createFakeClock } from '@moorline/core/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { soak } from '../../../tools/testenv/scale.js';
import { demo, demoStore, epoch, isShared, job } from './support.js';

interface ModelJob {
  id: number;
  jobId: number;
  cluster: string;
  project: string;
  user: string;
  startTime: number;
  state: JobState;
  duration: number;
  host: string;
}

/** The same rules over a plain array. */
class Model {
  readonly jobs: ModelJob[] = [];

  start(fresh: Omit<ModelJob, 'id' | 'state' | 'duration'>) {
    const known = this.jobs.filter((old) => old.jobId === fresh.jobId && old.cluster === fresh.cluster);
    if (known.some((old) => fresh.startTime - old.startTime < 86_400)) return 'duplicate';
    this.jobs.push({ ...fresh, id: this.jobs.length + 1, state: 'running', duration: 0 });
    return 'started';
  }

  stop(key: { jobId: number; cluster?: string; startTime?: number }, stopTime: number, state: JobState) {
    const found = [...this.jobs]
      .reverse()
      .find(
        (old) =>
          old.jobId === key.jobId &&
          (key.cluster === undefined || old.cluster === key.cluster) &&
          (key.startTime === undefined || old.startTime === key.startTime),
      );
    if (found === undefined) return 'not_found';
    if (found.state !== 'running') return 'not_running';
    if (stopTime < found.startTime) return 'stop_before_start';
    Object.assign(found, { state, duration: stopTime - found.startTime });
    return 'stopped';
  }

  list({ states, cluster, project, startTime }: JobFilter, visibility: Visibility): number[] {
    return this.jobs
      .filter(
        (old) =>
          (visibility.clusters?.includes(old.cluster) ?? true) &&
          (visibility.jobs === 'all' || visibility.user === old.user || visibility.projects.includes(old.project)) &&
          (states === undefined || states.length === 0 || states.includes(old.state)) &&
          (cluster === undefined || old.cluster === cluster) &&
          (project === undefined || old.project === project) &&
          (startTime === undefined || (old.startTime >= startTime.from && old.startTime <= startTime.to)),
      )
      .sort((a, b) => b.startTime - a.startTime || b.id - a.id)
      .map(({ id }) => id);
  }

  usedNodes(before: number): Record<string, string[]> {
    const used: Record<string, Set<string>> = {};
    for (const { cluster, host, state, startTime } of this.jobs) {
      if (state === 'running' && startTime < before) (used[cluster] ??= new Set()).add(host);
    }
    return Object.fromEntries(Object.entries(used).map(([cluster, hosts]) => [cluster, [...hosts].sort()]));
  }
}

const anyTime = fc.constantFrom(0, 1, 50_000, 86_399, 86_400, 86_401, 200_000).map((seconds) => epoch + seconds);
const anyJobId = fc.integer({ min: 1, max: 4 });
const anyCluster = fc.constantFrom('demo', 'second');
const anyProject = fc.constantFrom('p1', 'p2', '');
const anyUser = fc.constantFrom('alice', 'bob');
const anyClusters = fc.option(fc.array(anyCluster, { maxLength: 3 }), { nil: undefined });
const anyVisibility = fc
  .tuple(fc.option(fc.record({ user: anyUser, projects: fc.array(anyProject, { maxLength: 3 }) })), anyClusters)
  .map(([own, clusters]): Visibility => {
    const bound = clusters === undefined ? {} : { clusters };
    return own === null ? { jobs: 'all', ...bound } : { jobs: 'own', ...own, ...bound };
  });
const anyState = fc.constantFrom<JobState>('completed', 'failed', 'running', 'timeout');
const anyStep = fc.oneof(
  fc.record({
    do: fc.constant('start' as const),
    job: fc.record({
      jobId: anyJobId,
      cluster: anyCluster,
      project: anyProject,
      user: anyUser,
      startTime: anyTime,
      host: fc.constantFrom('n01', 'n02', 'n03'),
    }),
  }),
  fc.record({
    do: fc.constant('stop' as const),
    key: fc.record({ jobId: anyJobId, cluster: anyCluster, startTime: anyTime }, { requiredKeys: ['jobId'] }),
    stopTime: anyTime,
    state: anyState,
  }),
  fc.record({
    do: fc.constant('list' as const),
    filter: fc.record(
      {
        states: fc.array(anyState, { maxLength: 3 }),
        cluster: anyCluster,
        project: anyProject,
        startTime: fc.record({ from: anyTime, to: anyTime }),
      },
      { requiredKeys: [] },
    ),
    visibility: anyVisibility,
    page: fc.integer({ min: 1, max: 3 }),
    itemsPerPage: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ do: fc.constant('used' as const), before: anyTime }),
);

it('answers as a plain array with the same rules does, whatever comes in whatever order, and at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 40 }), async (steps) => {
      const store = await demoStore({ clock: createFakeClock() });
      await store.clusters.putCluster({ ...demo, name: 'second' });
      const { backend } = store;
      const model = new Model();
      // What is written before somebody looks goes into one transaction.
      let answers: Promise<{ outcome: string }>[] = [];
      let expected: string[] = [];
      const settle = async (): Promise<void> => {
        expect((await Promise.all(answers)).map(({ outcome }) => outcome)).toEqual(expected);
        [answers, expected] = [[], []];
      };
      for (const step of steps) {
        if (step.do === 'start') {
          const { host, ...rest } = step.job;
          answers.push(backend.startJob(job(rest.jobId, { ...rest, resources: [{ hostname: host }] })));
          expected.push(model.start(step.job));
          continue;
        }
        if (step.do === 'stop') {
          const { key, stopTime, state } = step;
          answers.push(backend.stopJob({ ...key, stopTime, jobState: state }, () => true));
          expected.push(model.stop(key, stopTime, state));
          continue;
        }
        await settle();
        if (step.do === 'list') {
          const { filter, visibility, page, itemsPerPage } = step;
          const jobs = await backend.listJobs(filter, { page, itemsPerPage }, visibility, { metaData: false });
          const found = model.list(filter, visibility).slice((page - 1) * itemsPerPage, page * itemsPerPage);
          expect(jobs.map(({ id }) => id)).toEqual(found);
        } else {
          expect(await backend.usedNodes(step.before)).toEqual(model.usedNodes(step.before));
        }
      }
      await settle();
      expect(await store.check()).toMatchObject({ isSound: true, jobs: model.jobs.length });
      await store.close();
    }),
    { numRuns: isShared ? soak(3, 15) : 15 },
  );
});
