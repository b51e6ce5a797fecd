import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { systemClock } from '@moorline/core';
import { type FluxEvent, postEvent } from '@moorline/rpc-versioned';
import { type DaemonHandler, fluxError } from '@moorline/rpc-versioned/server';
import { connectDaemon, type DaemonConnection, type DaemonState } from '@moorline/rpc-versioned/transports';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from './run-command.js';
import { enrol, get, startTestServer, type TestServer } from './support.js';

/** What a daemon here answers. */
const handler: DaemonHandler = {
  version: () => '1.2.3',
  export: () => new TextEncoder().encode('kind: Deployment\n'),
  listServices: (namespace) => [{ ID: `${namespace || 'all'}:deployment/pear`, Labels: { team: 'fruit' } }],
  updateManifests: ({ type, cause }) => `${type} by ${cause.User}`,
  notifyChange: () => undefined,
  // Never, while it is asked.
  syncStatus: (_, { signal }) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve([]), { once: true })),
  jobStatus(id) {
    throw fluxError({ type: 'missing', message: `unknown job ${id}`, help: `unknown job ${id}\n\nAsk again.` });
  },
};

interface TestDaemon {
  connection: DaemonConnection;
  /** Resolves once it is so. */
  is(state: DaemonState): Promise<void>;
}

describe('daemons that dial in', () => {
  let server: TestServer;
  let machine: { machineID: string; sessionToken: string };
  beforeAll(async () => {
    server = await startTestServer();
    machine = await enrol(server, 'n1');
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const run = (...args: string[]) => runCommand('daemons', ...args, '--data-dir', server.dataDir);

  function dial(token: string, options: { url?: string; version?: 6 | 11 } = {}): TestDaemon {
    const waiting = new Map<DaemonState, () => void>();
    const connection = connectDaemon({
      ...{ url: server.url, token, handler, allowInsecureHttp: true, userAgent: 'test/1', ...options },
      onStateChange: ({ state }) => waiting.get(state)?.(),
    });
    onTestFinished(() => connection.close());
    return {
      connection,
      is: (state) =>
        new Promise((resolve) => {
          if (connection.state === state) resolve();
          else waiting.set(state, resolve);
        }),
    };
  }

  it('are listed, and called by the id or the host name of their machine', async () => {
    await dial(machine.sessionToken).is('connected');
    const { out } = await run('list', '--json');
    expect(JSON.parse(out)).toEqual([
      {
        ...{ machine: machine.machineID, host: 'n1', group: 'lab', protocol: 11, userAgent: 'test/1' },
        ...{ address: '127.0.0.1', connectedAt: expect.any(Number) as number },
      },
    ]);
    expect((await run('list')).out).toMatch(/^MACHINE .*\n\S+ +n1 +lab +v11 +test\/1 +127\.0\.0\.1 +\d{4}-/);
    expect(await run('call', 'n1', 'Version')).toEqual({ code: 0, out: '"1.2.3"\n', err: '' });
    expect(JSON.parse((await run('call', machine.machineID, 'listservices', '"orchard"')).out)).toMatchObject([
      { ID: 'orchard:deployment/pear', Labels: { team: 'fruit' } },
    ]);
    expect((await run('call', 'n1', 'Ping')).out).toBe('null\n');
    expect((await run('call', 'n1', 'Export')).out).toBe('"kind: Deployment\\n"\n');
    const update = { type: 'policy', cause: { User: 'kim' }, spec: { 'a:deployment/b': { add: { locked: 'true' } } } };
    expect((await run('call', 'n1', 'UpdateManifests', JSON.stringify(update))).out).toBe('"policy by kim"\n');
    expect((await run('call', 'n1', 'NotifyChange', '{"Kind":"git"}')).out).toBe('null\n');
  });

  it('are called in the version that they have dialled for', async () => {
    await dial(machine.sessionToken, { url: `${server.url}/api/flux/`, version: 6 }).is('connected');
    expect(JSON.parse((await run('list', '--json')).out)).toMatchObject([{ protocol: 6 }]);
    const { code, err } = await run('call', 'n1', 'NotifyChange', '{"Kind":"git"}');
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/NotifyChange.*\n {2}hint: .*pgrade/) as string,
    });
  });

  it('fail with what went wrong and what to do', async () => {
    const daemon = dial(machine.sessionToken);
    await daemon.is('connected');
    const failure = async (...args: string[]) => {
      const { code, out, err } = await run('call', ...args);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      return err;
    };
    expect(await failure('n1', 'JobStatus', '"7"')).toBe(
      'moorline-server: JobStatus on n1: unknown job 7\n  hint: Ask again.\n',
    );
    expect(await failure('n1', 'SyncStatus', '--timeout', '50ms')).toContain('not answered in time\n  hint: give it');
    expect(await failure('n1', 'GitRepoConfig')).toContain("can't find method RPCServer.GitRepoConfig");
    expect(await failure('n1', 'Frob')).toContain('hint: their methods are Ping, Version');
    expect(await failure('n1', 'JobStatus')).toContain('hint: it takes, as JSON, the id of a job');
    expect(await failure('n1', 'ListServices', 'orchard')).toContain(`'"orchard"'`);
    expect(await failure('n9', 'Ping')).toContain('hint: "moorline-server machines list"');
    await daemon.connection.close();
    await expect.poll(() => run('list', '--json')).toMatchObject({ out: '[]\n' });
    expect(await failure('n1', 'Ping')).toContain('no daemon of n1 is connected\n  hint: wait');
  });

  it('are refused without a session token that opens, and told apart from other requests', async () => {
    const { machineID, sessionToken } = await enrol(server, 'n2');
    for (const token of ['', 'msess_wrong', `${sessionToken}x`]) {
      const { connection, is } = dial(token);
      await is('waiting');
      await connection.close();
    }
    expect(server.logger.text()).not.toContain(sessionToken);
    await dial(sessionToken).is('connected');
    expect(JSON.parse((await run('list', '--json')).out)).toMatchObject([{ machine: machineID }]);
    expect((await get(`${server.url}/v11/daemon`)).status).toBe(400);
    expect((await get(`${server.url}/v3/daemon`)).status).toBe(410);
    expect((await get(`${server.url}/v99/daemon`)).status).toBe(404);
    expect((await get(`${server.url}/vx/daemon`)).status).toBe(404);
    expect((await get(`${server.url}/v11/daemon/x`)).status).toBe(404);
    expect((await fetch(`${server.url}/api/flux/v11/daemon`, { method: 'POST' })).status).toBe(405);
  });

  it('leave offers of an upgrade to other paths unanswered, and the requests answered', async () => {
    const offered = httpRequest(`${server.url}/healthz`, {
      headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABk' },
    });
    offered.end();
    const [response] = await once(offered, 'response');
    expect(response.statusCode).toBe(200);
    response.resume();
    await once(response, 'close');
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const refused = httpRequest(`${server.url}/nothing/here`, { headers: upgrade });
    refused.end();
    const [refusal] = await once(refused, 'response');
    expect(refusal.statusCode).toBe(404);
    refusal.resume();
  });

  it('post events, which are counted and logged', async () => {
    const at = '2026-01-02T03:04:05Z';
    const event: FluxEvent = {
      id: 1,
      serviceIDs: ['a:deployment/b'],
      type: 'lock',
      startedAt: at,
      endedAt: at,
      logLevel: 'info',
      message: 'locked by kim',
    };
    const options = { url: `${server.url}/api/flux`, allowInsecureHttp: true };
    await postEvent(event, { ...options, token: machine.sessionToken });
    await expect(postEvent(event, { ...options, token: 'wrong' })).rejects.toMatchObject({ code: 'unauthorized' });
    const metrics = await (await get(`${server.url}/metrics`)).text();
    expect(metrics).toContain('moorline_daemon_events_total{type="lock"} 1');
    expect(metrics).toMatch(/moorline_daemon_calls_total\{method="Version",outcome="ok"\} 1\n/);
    expect(metrics).toMatch(/moorline_daemon_calls_total\{method="JobStatus",outcome="daemon_refused"\} 1\n/);
    expect(metrics).toMatch(/^moorline_daemons_connected \d$/m);
  });

  it('do not hold up the end of the server', async () => {
    const other = await startTestServer();
    const { sessionToken } = await enrol(other, 'n1');
    const daemon = dial(sessionToken, { url: other.url });
    await daemon.is('connected');
    const began = systemClock.monotonic();
    await other[Symbol.asyncDispose]();
    expect(systemClock.monotonic() - began).toBeLessThan(3000);
    await daemon.is('waiting');
  });
});
