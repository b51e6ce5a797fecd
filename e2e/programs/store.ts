import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@moorline/cc-store';
import { equal } from './check.js';

/** Keeps a user and a registration in a database file, and finds them after it was closed. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'moorline-store-'));
  const path = join(folder, 'store.db');
  try {
    const store = await openStore({ path });
    const user = { username: 'alice', name: 'Alice', email: '', roles: ['user' as const], projects: [] };
    await store.backend.users.create({ ...user, authType: 0, authSource: 0 });
    const { token } = await store.machines.createRegistration({ nodeGroup: 'lab', maxUses: 16 });
    equal(token.startsWith('mreg_'), true);
    await store.close();

    const again = await openStore({ path });
    equal((await again.backend.users.find('alice'))?.roles, ['user']);
    equal((await again.check()).isSound, true);
    await again.close();
  } finally {
    await rm(folder, { recursive: true });
  }
}
