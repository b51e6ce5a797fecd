import { createHash } from 'node:crypto';
import { connect } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { createRecordingLogger } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import {
  createMachineHandler,
  createMemoryLoginStore,
  type MachineDiagnostic,
  type MachineHandlerOptions,
  type MachineNotification,
} from '../src/server.js';
import { smallRequest } from './support/machine.js';
import { startSessionPlane } from './support/session-plane.js';

const base = 'https://cp.example';

async function handler(options: Partial<MachineHandlerOptions> = {}) {
  const store = createMemoryLoginStore();
  const registration = store.addRegistration({ token: 'reg-7f3c9a', nodeGroup: 'lab' });
  for (const id of ['m-0017', 'm-0018']) {
    await store.addMachine({ id, workspace: 'default', nodeGroup: 'lab' }, registration, smallRequest);
  }
  const token = await store.issueSessionToken('m-0017');
  const handle = createMachineHandler({ store, ...options });
  const post = async (path: string, body: string | Uint8Array, headers: Record<string, string> = {}) => {
    const response = await handle(
      new Request(base + path, {
        method: 'POST',
        body: typeof body === 'string' ? body : new Uint8Array(body),
        headers: { authorization: `Bearer ${token}`, 'x-gpud-machine-id': 'm-0017', ...headers },
      }),
    );
    return { status: response?.status, body: response && ((await response.json()) as unknown) };
  };
  return { handle, post, token };
}

describe('notifications', () => {
  it.each(['startup', 'shutdown'] as const)('of a %s are told', async (type) => {
    const told: MachineNotification[] = [];
    const { post } = await handler({ onNotification: (notification) => void told.push(notification) });
    expect(await post('/api/v1/notification', `{"id":"m-0017","type":"${type}"}`)).toEqual({ status: 200, body: {} });
    expect(told).toEqual([{ machineId: 'm-0017', type }]);
  });

  it.each([
    ['of another machine', '{"id":"m-0018","type":"startup"}', {}, 401],
    ['without a good token', '{"id":"m-0017","type":"startup"}', { authorization: 'Bearer sess-BAD' }, 401],
    ['of something else', '{"id":"m-0017","type":"holiday"}', {}, 400],
    ['that are no JSON', 'hello', {}, 400],
    ['that are too long', `{"id":"${'m'.repeat(70_000)}"}`, {}, 413],
  ])('%s are refused with the texts that agents read', async (_, body, headers, status) => {
    const told: MachineNotification[] = [];
    const { post } = await handler({ onNotification: (notification) => void told.push(notification) });
    expect(await post('/api/v1/notification', body, headers)).toEqual({
      status,
      body: {
        code: expect.any(String),
        message: expect.any(String),
        status: expect.any(String),
        error: expect.any(String),
      },
    });
    expect(told).toEqual([]);
  });

  it('that their taker fails on are answered 500 without its words', async () => {
    const logger = createRecordingLogger();
    const { post } = await handler({ logger, onNotification: () => Promise.reject(new Error('a secret')) });
    const { status, body } = await post('/api/v1/notification', '{"id":"m-0017","type":"startup"}');
    expect([status, JSON.stringify(body)]).toEqual([500, expect.not.stringContaining('a secret')]);
    expect(logger.records).toMatchObject([{ level: 'error' }]);
  });
});

describe('diagnostics', () => {
  const report = gzipSync('bug report');
  const sha256 = createHash('sha256').update(report).digest('hex');

  it('are told: the report as it came, or why there is none', async () => {
    const told: MachineDiagnostic[] = [];
    const { post } = await handler({ onDiagnostic: (diagnostic) => void told.push(diagnostic) });
    const headers = { 'content-type': 'application/gzip', 'x-gpud-diagnostic-sha256': sha256 };
    expect((await post('/api/v1/diagnostics/r1/report', report, headers)).status).toBe(200);
    expect((await post('/api/v1/diagnostics/r2/failure', '{"reason":"diagnostic_timeout"}')).status).toBe(200);
    expect(told).toEqual([
      { machineId: 'm-0017', reportId: 'r1', report: new Uint8Array(report), sha256 },
      { machineId: 'm-0017', reportId: 'r2', failure: 'diagnostic_timeout' },
    ]);
  });

  it('are refused of another machine, when they are too large, and where nobody takes them', async () => {
    const { post } = await handler({ onDiagnostic: () => undefined, maxReportBytes: 5 });
    expect((await post('/api/v1/diagnostics/r1/report', report)).status).toBe(413);
    expect((await post('/api/v1/diagnostics/r1/failure', '{}', { 'x-gpud-machine-id': 'm-0018' })).status).toBe(401);
    expect((await (await handler()).post('/api/v1/diagnostics/r1/failure', '{}')).status).toBeUndefined();
  });
});

describe('other requests', () => {
  it('with the wrong method are answered 405, and other paths are left alone', async () => {
    const { handle, token } = await handler();
    const headers = { authorization: `Bearer ${token}` };
    const wrong = await handle(new Request(`${base}//healthz`, { method: 'DELETE', headers }));
    expect([wrong?.status, wrong?.headers.get('allow')]).toEqual([405, 'GET']);
    expect((await handle(new Request(`${base}/api/v1/notification`)))?.status).toBe(405);
    for (const path of ['/', '/healthz/x', '/api/v1/login', '/api/v1/diagnostics/', '/api/v1/diagnostics/a/b']) {
      expect(await handle(new Request(base + path))).toBeUndefined();
    }
  });

  it('over HTTP/2 on the port of the sessions are answered, bodies and all', async () => {
    const told: MachineNotification[] = [];
    await using plane = await startSessionPlane({}, { onNotification: (notification) => void told.push(notification) });
    const { address, ca, token } = await plane.machine();
    const session = connect(`https://127.0.0.1:${address.port}`, { ca });
    const ask = async (path: string, body?: string) => {
      const method = body === undefined ? 'GET' : 'POST';
      const stream = session.request({ ':method': method, ':path': path, authorization: `Bearer ${token}` });
      stream.end(body);
      let status: number | undefined;
      stream.on('response', (headers) => (status = headers[':status']));
      let text = '';
      for await (const chunk of stream.setEncoding('utf8')) text += String(chunk);
      return { status, text };
    };
    expect(await ask('/healthz')).toEqual({ status: 200, text: '{"status":"ok"}' });
    expect(await ask('/api/v1/notification', '{"id":"m-0017","type":"startup"}')).toEqual({ status: 200, text: '{}' });
    expect(told).toEqual([{ machineId: 'm-0017', type: 'startup' }]);
    const login = await ask('/api/v1/login', '{}');
    expect(JSON.parse(login.text)).toMatchObject({ message: 'machine info cannot be nil' });
    session.close();
  });
});
