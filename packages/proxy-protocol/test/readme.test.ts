import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exampleTypeErrors } from '../../../tools/testenv/example-types.js';
import { proxyErrorCodes } from '../src/index.js';

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');

it('shows examples that type-check', { timeout: 60_000 }, () => {
  expect(exampleTypeErrors('README.md')).toEqual([]);
});

it('explains every error code, and no other', () => {
  const [, errors = ''] = readme.split('\n## Errors\n');
  const listed = [...(errors.split('\n## ')[0] ?? '').matchAll(/^\| `([a-z_]+)`/gm)].map(([, code]) => code);
  expect(listed).toEqual(proxyErrorCodes);
});
