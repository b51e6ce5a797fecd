import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { bundle, bundled } from '../../../tools/testenv/bundle.js';
import { login, openIdentity } from '../src/index.js';
import { createLoginListener, createMemoryLoginStore } from '../src/server.js';
import { smallMachine } from './support/machine.js';

/** Everything that a login says on its way, in order: after each of these the process is killed once. */
const steps = [
  'state file is open',
  'machine inspected',
  'posting login request',
  'login answered',
  'recorded endpoint',
  'recorded machine_id',
  'recorded token',
  'recorded machine_proof',
  'recorded public_ip',
  'recorded private_ip',
  'recorded last_sent_node_labels',
  'recorded control_plane_login_success',
  'identity is stored',
  'successfully logged in and assigned machine id',
];

const root = join(import.meta.dirname, '..');

beforeAll(() => bundle(root, { 'login-child': 'test/support/login-child.ts' }));

interface Ended {
  signal: NodeJS.Signals | null;
  told: string[];
}

async function runChild(settings: { port: number; dataDir: string; killAfter: string }): Promise<Ended> {
  const settingsFile = join(temporaryFolder(), 'settings.json');
  await writeFile(settingsFile, JSON.stringify(settings));
  const args = [bundled(root, 'login-child'), settingsFile];
  const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  running.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const [, signal] = (await once(running, 'close')) as [number | null, NodeJS.Signals | null];
  return { signal, told: text.split('\n').filter((line) => line !== '') };
}

async function startServer() {
  const store = createMemoryLoginStore();
  store.addRegistration({ token: 'reg-7f3c9a', nodeGroup: 'lab' });
  const server = createServer(createLoginListener({ store }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { store, port: (server.address() as { port: number }).port };
}

async function storedIn(dataDir: string) {
  const file = await openIdentity(dataDir);
  const identity = file.read();
  await file.close();
  return identity;
}

describe('login killed with SIGKILL', () => {
  it('says its steps in the order in which the process is killed below', async () => {
    const { port } = await startServer();
    const { signal, told } = await runChild({ port, dataDir: join(temporaryFolder(), 'd'), killAfter: 'never' });
    expect(signal).toBeNull();
    const last = steps.at(-1) ?? '';
    expect(told.map((line) => (line.startsWith(last) ? last : line))).toEqual(steps);
  }, 30_000);

  it.each(steps)(
    'after "%s" leaves all of the identity or nothing, and the next login succeeds',
    async (killAfter) => {
      const { store, port } = await startServer();
      const dataDir = join(temporaryFolder(), 'data');
      const { signal } = await runChild({ port, dataDir, killAfter });
      expect(signal).toBe('SIGKILL');
      const isStored = steps.indexOf(killAfter) >= steps.indexOf('identity is stored');
      const left = await storedIn(dataDir);
      expect(left === undefined).toBe(!isStored);
      if (left !== undefined) expect(store.isSessionToken(left.machineId, left.sessionToken ?? '')).toBe(true);

      const endpoint = `http://127.0.0.1:${port}`;
      const options = { endpoint, allowInsecureHttp: true, token: 'reg-7f3c9a', dataDir, inventory: smallMachine };
      const identity = await login(options);
      expect(store.isSessionToken(identity.machineId, identity.sessionToken ?? '')).toBe(true);
      expect(identity.wasSkipped).toBe(isStored);
    },
    30_000,
  );
});
