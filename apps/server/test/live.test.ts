import { createControlClient, type LiveEvent } from '@moorline/control-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCluster, aJob } from './a-cluster.js';
import { askServer } from '../src/control/ask-server.js';
import { apiToken, enrol, get, jobList, post, put, read, startTestServer, type TestServer } from './support.js';

const startTime = 1_700_000_000;

/** The events of one connection to the live channel, as they come over its socket. */
async function listen(server: TestServer, token: string, query = '', lastId?: string) {
  const end = new AbortController();
  const response = await fetch(`${server.url}/moorline/v1/live${query}`, {
    headers: { authorization: `Bearer ${token}`, ...(lastId === undefined ? {} : { 'last-event-id': lastId }) },
    signal: end.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (name: string): Promise<{ id: string; data: unknown }> => {
    for (;;) {
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const [index, block] of blocks.entries()) {
        const field = (key: string) => new RegExp(`^${key}: (.*)$`, 'm').exec(block)?.[1] ?? '';
        if (field('event') !== name) continue;
        text = [...blocks.slice(index + 1), text].join('\n\n');
        return { id: field('id'), data: JSON.parse(field('data')) };
      }
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) throw new Error(`the stream ended before ${name}`);
      text += chunk.value;
    }
  };
  return { response, next, close: () => end.abort() };
}

describe('the live channel of a server over a real store', () => {
  let server: TestServer;
  let api: string;
  beforeAll(async () => {
    server = await startTestServer();
    api = await apiToken(server);
    await put(`${server.url}/moorline/v1/clusters/lab`, aCluster('lab', 'n[1-4]'), api);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const startJob = async (jobId: number) =>
    expect((await post(`${server.url}/api/jobs/start_job/`, aJob(jobId, 'lab', 'n1', startTime), api)).status).toBe(
      201,
    );

  it('tells of jobs, nodes, samples and clusters as rows, without a buffer or a compressor between', async () => {
    const live = await listen(server, api);
    expect(live.response.headers.get('content-type')).toContain('text/event-stream');
    expect(live.response.headers.get('content-encoding')).toBeNull();
    await live.next('alive');
    await startJob(1);
    const started = await live.next('job');
    expect(started.data).toMatchObject({ change: 'started', job: { jobId: 1, jobState: 'running', hosts: ['n1'] } });

    const states = { cluster: 'lab', nodes: [{ hostname: 'n1', states: ['allocated'] }] };
    await post(`${server.url}/api/nodestate/`, states, api);
    expect((await live.next('nodes')).data).toMatchObject({
      cluster: 'lab',
      nodes: [{ host: 'n1', state: 'allocated', metrics: {} }],
    });
    const time = Math.floor(Date.now() / 1000);
    await post(`${server.url}/api/write/`, `load_one,cluster=lab,hostname=n1,type=node value=1.5 ${time}`, api);
    expect((await live.next('samples')).data).toEqual({ cluster: 'lab', hosts: ['n1'], time });
    await put(`${server.url}/moorline/v1/clusters/other`, aCluster('other', 'm1'), api);
    expect((await live.next('cluster')).data).toEqual({ name: 'other' });
    live.close();
  });

  it('goes on behind the last event that one had, and says reset where that is not known', async () => {
    const first = await listen(server, api, '?topic=jobs');
    await startJob(2);
    const { id } = await first.next('job');
    first.close();
    await startJob(3);
    // Another one keeps the server telling.
    const second = await listen(server, api, '?topic=jobs', id);
    expect((await second.next('job')).data).toMatchObject({ change: 'started', job: { jobId: 3 } });
    second.close();
    const unknown = await listen(server, api, '', 'another-server-7');
    expect((await unknown.next('reset')).data).toEqual({});
    unknown.close();
  });

  it('tells users of their own jobs alone, and strangers nothing', async () => {
    await askServer(server.dataDir, 'user-add', {
      ...{ username: 'stranger', roles: ['user'], projects: [], name: '', email: '', password: 'pw' },
    });
    const { token } = await askServer(server.dataDir, 'jwt-create', {
      ...{ user: 'stranger', roles: ['user'], expiresInMs: 60_000 },
    });
    const stranger = await listen(server, token);
    await stranger.next('alive');
    await startJob(4);
    const own = { ...aJob(5, 'lab', 'n2', startTime), user: 'stranger' };
    await post(`${server.url}/api/jobs/start_job/`, own, api);
    expect((await stranger.next('job')).data).toMatchObject({ job: { jobId: 5 } });
    stranger.close();
    expect((await get(`${server.url}/moorline/v1/live`)).status).toBe(401);
    expect((await get(`${server.url}/moorline/v1/machines`, token)).status).toBe(403);
    expect((await get(`${server.url}/moorline/v1/clusters/lab/nodes`, token)).status).toBe(403);
  });

  it("takes a machine's report, tells of it, and shows it with the machine", async () => {
    const machine = await enrol(server, 'n3');
    const admin = await apiToken(server, ['api', 'admin']);
    const live = await listen(server, admin, '?topic=machines');
    await live.next('alive');
    const control = createControlClient({ baseUrl: server.url, token: machine.token });
    const report = {
      ...{ agentVersion: '1.2.3', startedAt: 1_700_000_000_000, at: 1_700_000_001_000 },
      workers: [{ name: 'spool', state: 'started', restarts: 0, needs: ['control'] }],
      spool: { entries: 3, bytes: 512, oldestAt: 1_700_000_000_500 },
    };
    await control.putReport(report);
    const nextOfMachine = async () => {
      const { data } = (await live.next('machine')) as { data: Extract<LiveEvent, { event: 'machine' }>['data'] };
      return data;
    };
    // Its enrolment may be told only now: changes are put together for a moment.
    let told = await nextOfMachine();
    if (told.change === 'enrolled') told = await nextOfMachine();
    expect(told).toEqual({ id: machine.machineID, change: 'reported' });
    live.close();
    const staff = createControlClient({ baseUrl: server.url, token: admin });
    const shown = await staff.getMachine(machine.machineID);
    expect(shown).toMatchObject({
      report,
      machine: {
        host: 'n3',
        agentVersion: '1.2.3',
        spool: report.spool,
        connections: {},
        reportedAt: expect.any(Number),
      },
    });
    expect((await staff.listMachines()).machines).toContainEqual(
      expect.objectContaining({ id: machine.machineID, spool: report.spool }),
    );
    await expect(staff.putReport(report)).rejects.toMatchObject({ code: 'out_of_scope' });
  });

  it('answers jobs, nodes and their metrics from the store', async () => {
    for (const jobId of [11, 12, 13]) await startJob(jobId);
    const states = { cluster: 'lab', nodes: [{ hostname: 'n1', states: ['allocated'] }] };
    await post(`${server.url}/api/nodestate/`, states, api);
    const line = `load_one,cluster=lab,hostname=n1,type=node value=1.5 ${Math.floor(Date.now() / 1000)}`;
    await post(`${server.url}/api/write/`, line, api);
    const control = createControlClient({ baseUrl: server.url, token: api });
    const { jobs, next, total } = await control.searchJobs({ cluster: 'lab', limit: 2, count: true });
    expect([jobs.length, total?.isLowerBound]).toEqual([2, false]);
    const more = await control.searchJobs({ cluster: 'lab', limit: 2, cursor: next ?? '' });
    expect(more.jobs.map(({ id }) => id)).not.toContain(jobs[0]?.id);
    await expect(control.searchJobs({ user: 'x', cursor: next ?? '' })).rejects.toMatchObject({
      code: 'unknown_cursor',
    });
    const list = await read(await get(`${server.url}/api/jobs/?cluster=lab`, api), jobList);
    const { job } = await control.getJob(list.jobs[0]?.id ?? 0);
    expect(job).toMatchObject({ cluster: 'lab', jobState: 'running' });
    const { nodes } = await control.listNodes('lab', { metric: ['load_one'] });
    expect(nodes.map(({ host }) => host)).toEqual(['n1', 'n2', 'n3', 'n4']);
    expect(nodes[0]?.metrics).toMatchObject({ load_one: { value: 1.5 } });
    const { metrics } = await control.getNodeMetrics('lab', 'n1', { metric: ['load_one'] });
    expect(metrics[0]?.series[0]?.values).toContain(1.5);
    expect((await control.listNodeStates('lab', 'n1')).states[0]).toMatchObject({ state: 'allocated' });
    await expect(control.getNode('lab', 'n9')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('ends its streams when the server stops, within the time that it has', async () => {
    const stopping = await startTestServer();
    const live = await listen(stopping, await apiToken(stopping));
    await live.next('alive');
    const before = performance.now();
    await stopping[Symbol.asyncDispose]();
    await expect(live.next('job')).rejects.toThrow('the stream ended');
    expect(performance.now() - before).toBeLessThan(3400);
  });
});
