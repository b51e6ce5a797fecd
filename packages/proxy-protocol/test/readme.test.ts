import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, bundled } from '../../../tools/testenv/bundle.js';
import { exampleTypeErrors } from '../../../tools/testenv/example-types.js';
import { firstColumn } from '../../../tools/testenv/readme.js';
import { proxyErrorCodes } from '../src/index.js';

const root = resolve(import.meta.dirname, '..');
const readme = await readFile(join(root, 'README.md'), 'utf8');
const programs = [...readme.matchAll(/```ts\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g)].map(
  ([, code = '', output = ''], index) => ({ name: `readme-${index}`, code, output }),
);

it('shows examples that type-check', { timeout: 60_000 }, () => {
  expect(exampleTypeErrors('README.md')).toEqual([]);
});

describe.runIf(process.platform === 'linux')('examples with output', () => {
  /** Inside the package, so that the code blocks import it by its name. */
  const folder = join('.vitest', `readme-${process.pid}`);
  beforeAll(async () => {
    await mkdir(join(root, folder), { recursive: true });
    const files = programs.map(({ name }) => [name, join(folder, `${name}.ts`)] as const);
    await Promise.all(programs.map(({ name, code }) => writeFile(join(root, folder, `${name}.ts`), code)));
    await bundle(root, Object.fromEntries(files));
  });
  afterAll(() => rm(join(root, folder), { recursive: true, force: true }));

  it.each(programs)('print it ($name)', { timeout: 60_000 }, async ({ name, output }) => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [bundled(root, name)]);
    expect([stdout, stderr]).toEqual([output, '']);
  });

  it('are five', () => {
    expect(programs).toHaveLength(5);
  });
});

it('explains every error code, and no other', () => {
  expect(firstColumn(join(root, 'README.md'), 'Errors')).toEqual(proxyErrorCodes);
});
