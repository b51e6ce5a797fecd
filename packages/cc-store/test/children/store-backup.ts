/*
 * Fills a store, begins a backup of it, and kills itself while it is copied.
 * Parameters: path of the store, path of the backup, alone in its folder.
 */
import { openStore } from '@moorline/cc-store';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { demo, epoch, job } from '../fixtures.js';

const [path = '', target = ''] = process.argv.slice(2);
const store = await openStore({ path, durability: 'relaxed' });
await store.clusters.putCluster(demo);
const metaData = { text: 'x'.repeat(8000) };
await Promise.all(
  Array.from({ length: 1000 }, (_, index) =>
    store.backend.startJob(job(index, { startTime: epoch + index, metaData })),
  ),
);
let isDone = false;
void store.backup(target).then(() => (isDone = true));
while (!isDone) {
  const [name] = readdirSync(dirname(target));
  if (name !== undefined && statSync(join(dirname(target), name)).size > 0) process.kill(process.pid, 'SIGKILL');
  await new Promise((resolve) => setImmediate(resolve));
}
