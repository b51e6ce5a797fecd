import { writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { openIdentity } from '@moorline/login-client';
import { createSessionServer, type SessionServer } from '@moorline/login-client/server';
import { expect, it, onTestFinished } from 'vitest';
import { type Certificate, makeCertificate } from '../../../tools/testenv/certificates.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { writeMachineName } from '../src/machine-file.js';
import { type AgentProcess, startAgent } from './support/agent.js';
import { until } from './support/until.js';

/** The session channel of a control plane over TLS, for the machines with these tokens; the rest of it is not there. */
async function startSessions(certificate: Certificate, tokens: Map<string, string>) {
  const times = new Map<string, number>();
  const sessions = createSessionServer({
    store: {
      findSessionMachine(token) {
        const id = tokens.get(token);
        return Promise.resolve(id === undefined ? undefined : { id });
      },
      rotateSessionToken(id) {
        tokens.set(`sess-${id}-new`, id);
        return Promise.resolve(`sess-${id}-new`);
      },
    },
    onConnect: ({ machineId }) => times.set(machineId, (times.get(machineId) ?? 0) + 1),
  });
  const server = createSecureServer({ ...certificate, allowHTTP1: true }, (_request, response) => {
    response.statusCode = 404;
    response.end('{}');
  });
  sessions.attachTo(server);
  const sockets = new Set<Socket>();
  server.on('secureConnection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  onTestFinished(async () => {
    await sessions.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { sessions, times, endpoint: `https://localhost:${(server.address() as AddressInfo).port}` };
}

interface Enrolled {
  machineId: string;
  endpoint: string;
  sessionToken: string;
}

/** An agent that is enrolled there, as a process of its own. */
async function startEnrolled({ machineId, ...identity }: Enrolled, caFile: string, session: string) {
  const dataDir = temporaryFolder();
  const file = await openIdentity(dataDir);
  file.write({ machineId, ...identity });
  onTestFinished(() => file.close());
  writeMachineName(dataDir, { machineId, machineNumber: 7, cluster: 'lab', host: machineId });
  const args = ['start', '--data-dir', dataDir, '--session', session, '--interval', '1s'];
  return { file, agent: startAgent(args, { env: { NODE_EXTRA_CA_CERTS: caFile } }) };
}

async function tellsHowItIs(sessions: SessionServer, machineId: string): Promise<void> {
  await until(async () => {
    const { states = [] } = await sessions.request(machineId, 'states', {});
    return states.find(({ component }) => component === 'load')?.states?.[0]?.health === 'Healthy';
  });
  const { metrics = [] } = await sessions.request(machineId, 'metrics', {});
  const load = metrics.find(({ component }) => component === 'load')?.metrics?.[0];
  expect(load).toMatchObject({ name: 'cpu_load', value: expect.any(Number) as number });
  expect(Math.abs(Number(load?.unix_seconds) - Date.now())).toBeLessThan(300_000);
  const { gossip_request: gossip } = await sessions.request(machineId, 'gossip', {});
  expect(gossip).toMatchObject({ machineID: machineId, machineInfo: { operatingSystem: 'linux' } });
  const checked = await sessions.request(machineId, 'triggerComponent', { component_name: 'memory' });
  expect(checked.states).toMatchObject([{ component: 'memory' }]);
  expect(await sessions.request(machineId, 'reboot', {})).toMatchObject({ error_code: 403 });
}

async function saysGoodBye(sessions: SessionServer, machineId: string, agent: AgentProcess): Promise<void> {
  agent.child.kill('SIGTERM');
  await until(() => sessions.get(machineId) === undefined);
  expect((await agent.ended).code).toBe(0);
}

// Both agents at once: each waits for up to ten seconds before its first session.
it('answers over TLS in both versions, comes back when cut off, takes a new token and says good-bye', async () => {
  const certificate = await makeCertificate();
  const caFile = join(temporaryFolder(), 'ca.pem');
  writeFileSync(caFile, certificate.cert);
  const tokens = new Map([
    ['sess-1', 'machine-1'],
    ['sess-2', 'machine-2'],
  ]);
  const { sessions, times, endpoint } = await startSessions(certificate, tokens);
  const first = { machineId: 'machine-1', sessionToken: 'sess-1', endpoint };
  const second = { machineId: 'machine-2', sessionToken: 'sess-2', endpoint };
  const agents = await Promise.all([startEnrolled(first, caFile, 'v1'), startEnrolled(second, caFile, 'auto')]);
  await until(() => sessions.size === 2);
  expect(
    sessions
      .list()
      .map(({ machineId, protocol }) => [machineId, protocol])
      .sort(),
  ).toEqual([
    ['machine-1', 'v1'],
    ['machine-2', 'v2'],
  ]);

  await Promise.all([first, second].map(({ machineId }) => tellsHowItIs(sessions, machineId)));

  for (const [index, { machineId }] of [first, second].entries()) {
    await sessions.rotateToken(machineId);
    expect(agents[index]?.file.read()?.sessionToken).toBe(`sess-${machineId}-new`);
  }
  tokens.delete('sess-1');
  tokens.delete('sess-2');
  const before = new Map(times);
  for (const { machineId } of [first, second]) sessions.kick(machineId);
  await until(() =>
    [first, second].every(({ machineId }) => Number(times.get(machineId)) > Number(before.get(machineId))),
  );
  expect(await sessions.request('machine-1', 'packageStatus', {})).toEqual({});
  expect(await sessions.request('machine-2', 'packageStatus', {})).toEqual({});

  await Promise.all(agents.map(({ agent }, index) => saysGoodBye(sessions, `machine-${index + 1}`, agent)));
}, 120_000);
