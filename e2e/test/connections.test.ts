import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../tools/testenv/temporary-folder.js';
import { runAppWell } from './harness/apps.js';
import { enrolAgent, startAgent, startPlane } from './harness/plane.js';

const patient = { timeout: 60_000, interval: 500 };

describe('an agent’s connections over TLS, with the built apps', { timeout: 180_000 }, () => {
  it('answer, bring changed settings, and come back with the server', async () => {
    const folder = temporaryFolder();
    const serverDir = join(folder, 'server');
    const certificates = join(serverDir, 'certs');
    await runAppWell('server', ['certs', 'init', '--data-dir', serverDir]);
    vi.stubEnv('NODE_EXTRA_CA_CERTS', join(certificates, 'ca.crt'));
    const tls = ['--tls-cert', join(certificates, 'server.crt'), '--tls-key', join(certificates, 'server.key')];
    const plane = await startPlane(folder, ...tls);
    expect(plane.url).toMatch(/^https:/);
    const agentDir = join(folder, 'agent');
    await enrolAgent(plane, agentDir);
    startAgent(plane, agentDir);

    const server = async (...args: string[]): Promise<string> =>
      (await runAppWell('server', [...args, '--data-dir', serverDir])).stdout;
    const sessions = async (): Promise<unknown> => JSON.parse(await server('machines', 'sessions', '--json'));
    const status = async (): Promise<string> => (await runAppWell('agent', ['status', '--data-dir', agentDir])).stdout;
    const connected = /api-caller: started.*\n +connection connected, address wss:/;

    await expect.poll(sessions, patient).toMatchObject([{ protocol: 'v2' }]);
    const [{ machine }] = (await sessions()) as [{ machine: string }];
    const states = JSON.parse(await server('machines', 'request', machine, 'states')) as { states: object[] };
    expect(states.states).toContainEqual(expect.objectContaining({ component: 'memory' }));

    await expect.poll(status, patient).toMatch(connected);
    await server('config', 'set', 'interval', '3s');
    await expect.poll(status, patient).toContain('intervalSeconds 3, fromControlPlane ["intervalMs"]');

    await plane.killServer();
    await expect.poll(status, patient).not.toMatch(connected);
    await plane.restartServer();
    await expect.poll(status, patient).toMatch(connected);
    await expect.poll(sessions, patient).toMatchObject([{ machine, protocol: 'v2' }]);
  });
});
