import { join } from 'node:path';
import { createEngine, type Manifold, rankedErrors } from '@moorline/apicaller/engine';
import { openSpool, type Spool } from '@moorline/cc-store/spool';
import { silentLogger } from '@moorline/core';
import { createFakeClock, type FakeClock } from '@moorline/core/testing';
import { decodeMetricSamples } from '@moorline/nats-lineproto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bell, createBell } from '../src/bell.js';
import { readMessage } from '../src/delivery/read-message.js';
import { openRunningJobs } from '../src/jobs/running-jobs.js';
import { createSampleHistory } from '../src/session-methods/sample-history.js';
import { type Machine, machineKey } from '../src/workers/collectors.js';
import { endedJobsManifold } from '../src/workers/ended-jobs.js';
import { sessionKey } from '../src/workers/identity.js';
import { renewAfterMs } from '../src/workers/machine-token.js';
import { encodeReadings, metricsManifold } from '../src/workers/metrics.js';
import { spoolKey } from '../src/workers/spool.js';
import { testMachine } from './support/control-plane.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { until } from './support/until.js';
import { offering, session } from './support/worker-inputs.js';
import { readTopology } from '../src/topology/read-topology.js';
import { memoryFiles } from './support/memory-files.js';

const startMs = 1_700_000_000_000;
let dataDir: string;
let spool: Spool;

beforeEach(async () => {
  dataDir = temporaryFolder();
  spool = await openSpool({ path: join(dataDir, 'spool.db') });
});
afterEach(() => spool.close());

/** Runs one worker with what it needs until the test is over. */
async function running(manifolds: Record<string, Manifold>, work: () => Promise<void>): Promise<void> {
  const engine = createEngine(rankedErrors(() => 0));
  engine.installAll({ spool: offering(spoolKey, spool), identity: offering(sessionKey, session), ...manifolds });
  try {
    await work();
  } finally {
    await engine.stop();
  }
}

describe('ended jobs', () => {
  it('ends the job of a process that is gone as failed, and not before its start when the clock was set back', async () => {
    const jobs = openRunningJobs(dataDir);
    const startTime = startMs / 1000;
    const clock = createFakeClock((startTime - 3600) * 1000);
    // The number of this process, but not its start: another process had the number before.
    jobs.add({
      jobId: 7000000001,
      cluster: 'lab',
      startTime,
      process: { pid: process.pid, startTicks: 1, bootId: 'then' },
    });
    const worker = endedJobsManifold({ jobs, bell: createBell(), logger: silentLogger, clock });
    await running({ 'ended-jobs': worker }, async () => {
      await until(async () => (await spool.stats()).entries === 1);
      const [entry] = await spool.take(1);
      expect(readMessage(entry?.body ?? new Uint8Array())).toMatchObject({
        type: 'stop_job',
        stop: { jobId: 7000000001, cluster: 'lab', startTime, stopTime: startTime, jobState: 'failed' },
      });
      await until(() => jobs.list().length === 0);
    });
  });

  it('ends a job as its process noted it where the spool had no room', async () => {
    const jobs = openRunningJobs(dataDir);
    const startTime = startMs / 1000;
    const process = { pid: 4, startTicks: 1, bootId: 'then' };
    jobs.add({ jobId: 7000000001, cluster: 'lab', startTime, process });
    jobs.noteEnd(7000000001, { state: 'cancelled', stopTime: startTime + 90 });
    const clock = createFakeClock(startMs + 3_600_000);
    const worker = endedJobsManifold({ jobs, bell: createBell(), logger: silentLogger, clock });
    await running({ 'ended-jobs': worker }, async () => {
      await until(async () => (await spool.stats()).entries === 1);
      const [entry] = await spool.take(1);
      expect(readMessage(entry?.body ?? new Uint8Array())).toMatchObject({
        stop: { jobId: 7000000001, startTime, stopTime: startTime + 90, jobState: 'cancelled' },
      });
      await until(() => jobs.list().length === 0);
    });
  });

  it('leaves the job of a living process alone', async () => {
    const jobs = openRunningJobs(dataDir);
    const { markProcess } = await import('../src/jobs/process-mark.js');
    const { createKernelFiles } = await import('../src/kernel-files.js');
    const mark = (await markProcess(process.pid, createKernelFiles())) ?? { pid: process.pid };
    jobs.add({ jobId: 1, cluster: 'lab', startTime: 0, process: mark });
    const clock = createFakeClock(startMs);
    const worker = endedJobsManifold({ jobs, bell: createBell(), logger: silentLogger, clock });
    await running({ 'ended-jobs': worker }, async () => {
      await until(() => clock.pendingTimers > 0);
      expect(jobs.list()).toHaveLength(1);
      expect((await spool.stats()).entries).toBe(0);
    });
  });
});

describe('metrics', () => {
  const samplesOf = (body: Uint8Array) =>
    decodeMetricSamples(body, { defaultCluster: '', now: 0, isMetric: () => true }).samples;

  /** Runs the metrics worker on a machine whose load is the time; `work` moves the clock. */
  async function sampling(
    work: (clock: FakeClock, jobs: Bell, appended: (n: number) => Promise<void>) => Promise<void>,
  ) {
    const clock = createFakeClock(startMs);
    const collect = () => Promise.resolve([{ metric: 'cpu_load', scope: 'node' as const, value: clock.monotonic() }]);
    const topology = await readTopology(memoryFiles({}));
    const machine: Machine = { topology, collectors: [{ name: 'test', metrics: [], collect }], intervalMs: 10_000 };
    const bells = { delivery: createBell(clock), jobs: createBell(clock) };
    const worker = metricsManifold(bells, createSampleHistory(), silentLogger, clock);
    await running({ collectors: offering(machineKey, machine), metrics: worker }, async () => {
      await work(clock, bells.jobs, async (entries) => {
        await until(async () => (await spool.stats()).entries >= entries && clock.pendingTimers > 0);
      });
    });
    const samples = (await spool.take(10)).flatMap(({ body }) => samplesOf(body));
    return samples.map(({ time, value }) => [time - startMs / 1000, value]);
  }

  it('samples in equal steps, with times that never go backwards though the clock does', async () => {
    const samples = await sampling(async (clock, _jobs, appended) => {
      await appended(1);
      for (let entries = 2; entries <= 5; entries++) {
        if (entries === 4) clock.setWallTime(startMs - 3_600_000);
        await clock.advance(entries === 2 ? 1000 : 10_000);
        await appended(entries);
      }
    });
    expect(samples).toEqual([
      [0, 0],
      [1, 1000],
      [11, 11_000],
      [16, 21_000],
      [21, 31_000],
    ]);
  });

  it('samples when a job begins or ends too, not more often than once a second, and keeps its steps', async () => {
    const samples = await sampling(async (clock, jobs, appended) => {
      await appended(1);
      await clock.advance(1000);
      await appended(2);
      await clock.advance(3000);
      jobs.ring();
      await appended(3);
      jobs.ring();
      await clock.advance(999);
      expect((await spool.stats()).entries).toBe(3);
      await clock.advance(1);
      await appended(4);
      await clock.advance(6000);
      await appended(5);
    });
    expect(samples).toEqual([
      [0, 0],
      [1, 1000],
      [4, 4000],
      [5, 5000],
      [11, 11_000],
    ]);
  });

  it('writes ClusterCockpit lines and leaves out what is no number', () => {
    const lines = encodeReadings(
      [
        { metric: 'cpu_load', scope: 'node', value: 1.5 },
        { metric: 'cpu_user', scope: 'hwthread', id: 3, value: 50 },
        { metric: 'mem_used', scope: 'node', value: NaN },
      ],
      testMachine,
      1_700_000_000,
    );
    expect(Buffer.from(lines).toString()).toBe(
      'cpu_load,cluster=lab,hostname=node01,type=node value=1.5 1700000000\n' +
        'cpu_user,cluster=lab,hostname=node01,type=hwthread,type-id=3 value=50 1700000000\n',
    );
  });
});

describe('the machine token', () => {
  it.each([
    [3600, 1_800_000],
    [600, 300_000],
    [-100, 60_000],
    [1_000_000, 1_800_000],
  ])('that ends in %i s is renewed after %i ms', (seconds, ms) => {
    expect(renewAfterMs({ expiresAt: 1_700_000_000 + seconds }, 1_700_000_000_000)).toBe(ms);
  });
});
