import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatWithOptions } from 'node:util';
import { expect, it, onTestFinished, vi } from 'vitest';
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
  // Inside the package, where its own name resolves.
  const folder = join(root, '.vitest', `readme-${index}`);
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'example.ts');
  writeFileSync(program, (examples[index] ?? '').replaceAll('/var/lib/moorline', data));
  const lines: string[] = [];
  const print = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    lines.push(formatWithOptions({ colors: false }, ...values));
  });
  onTestFinished(() => print.mockRestore());
  await import(program);
  const stdout = lines.map((line) => `${line}\n`).join('');
  for (const text of printed) expect(stdout).toContain(text);
});

it('README documents every error code, and no other', () => {
  const source = readFileSync(join(root, 'src/errors.ts'), 'utf8');
  const union = /StoreErrorCode =(.*?);/s.exec(source)?.[1] ?? '';
  const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code);
  const table = readme.slice(readme.indexOf('## Errors'), readme.indexOf('## Different'));
  const documented = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(10);
  expect(documented).toEqual(codes);
});
