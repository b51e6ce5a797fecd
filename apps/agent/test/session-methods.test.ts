import { createFakeClock } from '@moorline/core/testing';
import { silentLogger } from '@moorline/core';
import type { SessionRequest, SessionResponse } from '@moorline/login-client';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { openRunningJobs } from '../src/jobs/running-jobs.js';
import { rebootMethod } from '../src/session-methods/reboot.js';
import { createSampleHistory, keptMs } from '../src/session-methods/sample-history.js';
import { sessionMethods } from '../src/session-methods/session-methods.js';

const startMs = 1_700_000_000_000;
const signal = new AbortController().signal;

function machine() {
  const clock = createFakeClock(startMs);
  const samples = createSampleHistory();
  const jobs = openRunningJobs(temporaryFolder());
  let wanted = 0;
  const methods = sessionMethods({
    ...{ clock, samples, jobs },
    machineId: 'm-0017',
    version: '1.2.3',
    sources: ['cpu', 'power'],
    intervalMs: 10_000,
    allowReboot: false,
    sampleSoon: () => void wanted++,
    logger: silentLogger,
  });
  const ask = async (request: SessionRequest): Promise<SessionResponse> => {
    const handler = methods[request.method ?? ''];
    if (handler === undefined) throw new Error(`nothing answers ${request.method}`);
    return handler(request, { signal });
  };
  return { clock, samples, jobs, ask, wanted: () => wanted };
}

const readings = (load: number) => [
  { metric: 'cpu_load', scope: 'node' as const, value: load },
  { metric: 'cpu_user', scope: 'hwthread' as const, id: 0, value: 10 },
  { metric: 'cpu_user', scope: 'hwthread' as const, id: 1, value: 30 },
  { metric: 'cpu_power', scope: 'socket' as const, id: 1, value: 95 },
  { metric: 'cpu_temp', scope: 'socket' as const, id: 1, value: NaN },
];

describe('states', () => {
  it('tells how each source of metrics is', async () => {
    const { clock, samples, ask } = machine();
    const health = async () => {
      const { states = [] } = await ask({ method: 'states' });
      return states.map(({ component, states: [state] = [] }) => [component, state?.health, state?.reason]);
    };
    expect(await health()).toEqual([
      ['cpu', 'Initializing', 'not sampled yet'],
      ['power', 'Initializing', 'not sampled yet'],
      ['jobs', 'Healthy', '0 jobs run'],
    ]);
    samples.add('cpu', startMs, readings(1.5));
    samples.addProblem('power', startMs, 'Error: EACCES');
    expect((await health()).slice(0, 2)).toEqual([
      ['cpu', 'Healthy', 'ok'],
      ['power', 'Unhealthy', 'not readable'],
    ]);
    const { states } = await ask({ method: 'states', components: ['cpu', 'nope'] });
    expect(states).toEqual([
      {
        component: 'cpu',
        states: [
          {
            time: '2023-11-14T22:13:20Z',
            component: 'cpu',
            name: 'cpu',
            health: 'Healthy',
            reason: 'ok',
            extra_info: { data: '{"cpu_load":1.5,"cpu_power.socket1":95,"cpu_user":20}' },
          },
        ],
      },
      { component: 'nope' },
    ]);
    await clock.advance(31_000);
    expect((await health())[0]).toEqual(['cpu', 'Degraded', 'last sampled 31 seconds ago']);
  });

  it('counts the jobs that run', async () => {
    const { jobs, ask } = machine();
    const job = { cluster: 'lab', startTime: startMs / 1000, process: { pid: 1 } };
    jobs.add({ ...job, jobId: 1 });
    jobs.add({ ...job, jobId: 2 });
    jobs.noteEnd(2, { state: 'completed', stopTime: startMs / 1000 });
    const { states } = await ask({ method: 'states', components: ['jobs'] });
    expect(states?.[0]?.states?.[0]?.reason).toBe('1 job runs');
  });
});

describe('metrics', () => {
  it('are those of the time asked for, in milliseconds, half an hour at most', async () => {
    const { clock, samples, ask } = machine();
    samples.add('cpu', startMs, readings(1));
    await clock.advance(600_000);
    samples.add('cpu', clock.now(), readings(2));
    const loads = async (since?: number) => {
      const { metrics = [] } = await ask({
        method: 'metrics',
        components: ['cpu'],
        ...(since === undefined ? {} : { since }),
      });
      const named = metrics[0]?.metrics?.filter(({ name }) => name === 'cpu_load');
      return named?.map(({ unix_seconds, value }) => [unix_seconds, value]);
    };
    expect(await loads()).toEqual([
      [startMs, 1],
      [startMs + 600_000, 2],
    ]);
    expect(await loads(60_000_000_000)).toEqual([[startMs + 600_000, 2]]);
    await clock.advance(keptMs);
    expect(await loads(3_600_000_000_000)).toHaveLength(2);
    samples.add('cpu', clock.now(), readings(3));
    expect(await loads(3_600_000_000_000)).toEqual([[startMs + 600_000 + keptMs, 3]]);
    const { metrics } = await ask({ method: 'metrics', components: ['power', 'nope'] });
    expect(metrics).toEqual([{ component: 'power' }, { component: 'nope' }]);
  });

  it('name the socket that they are of', async () => {
    const { samples, ask } = machine();
    samples.add('cpu', startMs, readings(1));
    const { metrics } = await ask({ method: 'metrics', components: ['cpu'] });
    expect(metrics?.[0]?.metrics).toContainEqual({
      unix_seconds: startMs,
      name: 'cpu_power',
      labels: { socket: '1' },
      value: 95,
    });
  });
});

describe('events', () => {
  it('are the jobs that began since then and still run', async () => {
    const { jobs, ask } = machine();
    const job = { cluster: 'lab', process: { pid: 1 } };
    jobs.add({ ...job, jobId: 1, startTime: startMs / 1000 - 7200 });
    jobs.add({ ...job, jobId: 2, startTime: startMs / 1000 - 60 });
    const asked = { start_time: '2023-11-14T22:13:20+01:00', end_time: '2023-11-14T22:13:20Z' };
    const { events } = await ask({ method: 'events', components: ['jobs', 'cpu'], ...asked });
    expect(events).toEqual([
      {
        component: 'jobs',
        startTime: asked.start_time,
        endTime: asked.end_time,
        events: [
          {
            component: 'jobs',
            time: '2023-11-14T22:12:20Z',
            name: 'job_started',
            type: 'Info',
            message: 'job 2 began',
          },
        ],
      },
      { component: 'cpu', startTime: asked.start_time, endTime: asked.end_time },
    ]);
    expect((await ask({ method: 'events', components: ['jobs'] })).events?.[0]?.events).toBeUndefined();
  });
});

describe('other methods', () => {
  it('tells what the machine is', async () => {
    const { gossip_request: gossip } = await machine().ask({ method: 'gossip' });
    expect(gossip).toMatchObject({ machineID: 'm-0017', machineInfo: { gpudVersion: '1.2.3' } });
    expect(gossip?.machineInfo?.memoryInfo?.totalBytes).toBeGreaterThan(0);
  });

  it('checks a component by a new sample, and tells the last one where none comes', async () => {
    const { clock, samples, ask, wanted } = machine();
    samples.add('cpu', startMs, readings(1));
    const checked = ask({ method: 'triggerComponent', component_name: 'cpu' });
    samples.add('cpu', startMs + 1000, readings(2));
    expect((await checked).states?.[0]?.states?.[0]?.time).toBe('2023-11-14T22:13:21Z');
    const waiting = ask({ method: 'triggerComponentCheck', tag_name: 'cpu' });
    await clock.advance(5000);
    expect((await waiting).states?.[0]?.states?.[0]?.time).toBe('2023-11-14T22:13:21Z');
    expect([wanted(), clock.pendingTimers]).toEqual([2, 0]);
    expect(await ask({ method: 'triggerComponent', component_name: 'jobs' })).toMatchObject({ states: [{}] });
    expect(await ask({ method: 'triggerComponent', component_name: 'nope' })).toEqual({ error_code: 404 });
    expect(await ask({ method: 'triggerComponent', tag_name: 'nope' })).toEqual({});
    expect(await ask({ method: 'triggerComponent' })).toEqual({});
  });

  it.each(['bootstrap', 'update', 'logout', 'injectFault', 'nodeCredentials', 'setPluginSpecs', 'updateConfig'])(
    'refuses %s, which an empty answer would report as done',
    async (method) => {
      expect(await machine().ask({ method })).toMatchObject({
        error_code: 501,
        error: expect.stringMatching(/^this agent does not /) as string,
      });
    },
  );
});

describe('reboot', () => {
  const clock = createFakeClock();
  const rebooting = (isAllowed: boolean, isRoot: boolean) => {
    let times = 0;
    const method = rebootMethod({
      ...{ isAllowed, clock, logger: silentLogger },
      isRoot: () => isRoot,
      reboot: () => void times++,
    });
    return { answer: () => method({ method: 'reboot' }, { signal }), times: () => times };
  };

  it('is refused unless it is allowed, and possible', async () => {
    const refused = rebooting(false, true);
    expect(await refused.answer()).toMatchObject({ error_code: 403 });
    const powerless = rebooting(true, false);
    expect(await powerless.answer()).toEqual({ error: 'must be run as sudo/root' });
    await clock.advance(20_000);
    expect([refused.times(), powerless.times()]).toEqual([0, 0]);
  });

  it('comes ten seconds after its answer', async () => {
    const allowed = rebooting(true, true);
    expect(await allowed.answer()).toEqual({});
    await clock.advance(9999);
    expect(allowed.times()).toBe(0);
    await clock.advance(1);
    expect(allowed.times()).toBe(1);
  });
});
