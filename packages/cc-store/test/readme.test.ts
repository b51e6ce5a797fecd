import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { exampleTypeErrors } from '../../../tools/testenv/example-types.js';
import { firstColumn } from '../../../tools/testenv/readme.js';
import { runExample } from '../../../tools/testenv/run-example.js';
import { temporaryFolder } from './support.js';

const root = resolve(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);

it.each([
  [0, ["{ outcome: 'started', id: 1 }", "\n{ ticket: '12' }\n"]],
  [1, ["[ 'user', 'admin' ]\n"]],
  // 2 runs in postgres-readme.test.ts.
  [3, ["1 [ { cluster: 'lab', hosts: [ 'n01' ] } ]\nn01\nmachine-1\n"]],
  [4, ['true\n']],
  [5, ['true\n0005_users_and_site\n']],
  [6, ['']],
  [7, ["[ { kind: 'job', change: 'started', id: 1 } ]\n{ count: 1, isLowerBound: false }\nundefined\n"]],
])('README example %i runs and prints what it says', async (index, printed) => {
  const data = temporaryFolder();
  const stdout = await runExample(root, (examples[index] ?? '').replaceAll('/var/lib/moorline', data));
  for (const text of printed) expect(stdout).toContain(text);
});

it('README shows examples that type-check', { timeout: 120_000 }, () => {
  expect(exampleTypeErrors(join(root, 'README.md'))).toEqual([]);
});

it('README documents every error code, and no other', () => {
  const source = readFileSync(join(root, 'src/errors.ts'), 'utf8');
  const union = /StoreErrorCode =(.*?);/s.exec(source)?.[1] ?? '';
  const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(10);
  expect(firstColumn(join(root, 'README.md'), 'Errors')).toEqual(codes);
});
