import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../../tools/testenv/temporary-folder.js';
import { readIndexDocument } from './index-document.js';

const built = '<link href="./assets/a.css"><script src="./assets/a.js"></script><a href="https://x.example/./">x</a>';

it.each([
  ['/', './'],
  ['/jobs', './'],
  ['/jobs/17', '../'],
  ['/clusters/lab/nodes/n1', '../../../'],
  ['/jobs/', '../'],
])('names its files for %s from there as %s', async (path, prefix) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'index.html'), built);
  const document = await readIndexDocument(folder, path);
  expect(document?.html).toBe(built.replaceAll('"./', `"${prefix}`));
});

it('has an ETag that changes with the document and with its depth, and is not there unbuilt', async () => {
  const folder = temporaryFolder();
  expect(await readIndexDocument(folder, '/')).toBeUndefined();
  const etagAt = async (path: string) => (await readIndexDocument(folder, path))?.etag;
  writeFileSync(join(folder, 'index.html'), built);
  const first = await etagAt('/');
  expect(first).toMatch(/^W\/"[\w-]{22}"$/);
  expect(await etagAt('/jobs')).toBe(first);
  expect(await etagAt('/jobs/1')).not.toBe(first);
  writeFileSync(join(folder, 'index.html'), `${built} `);
  expect(await etagAt('/')).not.toBe(first);
});
