import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { storeMigrations } from '@moorline/cc-store';
import { expect, it, onTestFinished, vi } from 'vitest';
import { emptyPlace } from './support.js';

const root = resolve(import.meta.dirname, '..');

it('README example of a store on Postgres runs and prints what it says', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const example = /```ts\n([^`]*postgres:[^`]*)```/.exec(readme)?.[1] ?? '';
  const place = emptyPlace();
  if (!('postgres' in place)) throw new Error('this runs on Postgres');
  const { url, schema } = place.postgres;
  // Inside the package, where its own name resolves.
  const folder = join(root, '.vitest', 'readme-postgres');
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'example.ts');
  writeFileSync(program, example.replace(/url: '[^']*'/, `url: '${url}', schema: '${schema}'`));
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => print.mockRestore());
  await import(program);
  expect(print.mock.calls).toEqual([[true]]);
  expect((await storeMigrations(place)).pending).toEqual([]);
});
