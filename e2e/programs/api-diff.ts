import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diff } from '@moorline/cc-api-cli';
import { equal } from './check.js';

const document = (paths: readonly string[]) => ({
  swagger: '2.0',
  info: { title: 'demo', version: '1' },
  paths: Object.fromEntries(paths.map((path) => [path, { get: { responses: { 200: { description: 'OK' } } } }])),
});

/** Compares two documents of an API: an operation that is gone breaks clients. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'moorline-diff-'));
  try {
    const [before, after] = [join(folder, 'before.json'), join(folder, 'after.json')];
    await writeFile(before, JSON.stringify(document(['/api/jobs/', '/api/clusters/'])));
    await writeFile(after, JSON.stringify(document(['/api/jobs/'])));
    const { changes, breaking } = await diff({ before, after });
    equal([changes.length, breaking, changes[0]?.kind], [1, 1, 'removed']);
  } finally {
    await rm(folder, { recursive: true });
  }
}
