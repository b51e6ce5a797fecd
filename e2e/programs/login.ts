import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { login, openIdentity } from '@moorline/login-client';
import { createLoginHandler, createMemoryLoginStore } from '@moorline/login-client/server';
import { equal } from './check.js';

/** Enrols a machine with the answering half, and finds its identity on disk. */
export async function run(): Promise<void> {
  const store = createMemoryLoginStore();
  store.addRegistration({ token: 'reg-7f3c9a', nodeGroup: 'lab' });
  const handle = createLoginHandler({ store, generateMachineId: () => 'm-0017' });

  const fetch: typeof globalThis.fetch = (input, init) =>
    handle(new Request(input, init), { remoteAddress: '192.0.2.1' });
  const dataDir = await mkdtemp(join(tmpdir(), 'moorline-login-'));
  const inventory = { provider: 'unknown', providerInstanceID: '', machineInfo: { hostname: 'n01' } };
  const options = { endpoint: 'https://cp.example', token: 'reg-7f3c9a', dataDir, inventory, fetch };
  try {
    equal((await login(options)).machineId, 'm-0017');
    equal((await login(options)).wasSkipped, true);
    const file = await openIdentity(dataDir);
    equal(file.read()?.machineId, 'm-0017');
    await file.close();
  } finally {
    await rm(dataDir, { recursive: true });
  }
}
