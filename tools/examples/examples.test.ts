import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyExample, readExamples } from './examples.js';
import { updateManifests } from './manifests.js';

/** A repository of one package and one example. */
let root: string;
const write = (path: string, content: object | string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
};
const manifestOf = (dependencies: object): object => ({
  name: 'greet',
  dependencies,
  devDependencies: { tsx: '1.0.0' },
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'moorline-examples-'));
  write('package.json', { workspaces: ['packages/*', 'examples'] });
  write('packages/core/package.json', { name: '@moorline/core', version: '0.3.0' });
  write('examples/package.json', { name: '@moorline/examples' });
  write('examples/greet/package.json', manifestOf({ '@moorline/core': '^0.2.0', msw: '2.0.0' }));
  write('node_modules/msw/package.json', { version: '2.15.0' });
  write('node_modules/tsx/package.json', { version: '1.0.0' });
});
afterEach(() => rmSync(root, { recursive: true }));

it('are the folders with a package.json, and what they use of this repository', () => {
  write('examples/test/examples.test.ts', '');
  expect(readExamples(root)).toMatchObject([{ name: 'greet', packages: ['@moorline/core'] }]);
});

it('are copied without what their commands made', () => {
  for (const path of [
    'src/mocks.ts',
    'mocks/worker.js',
    'node_modules/msw/index.js',
    'dist/index.html',
    'data/state',
  ]) {
    write(`examples/greet/${path}`, 'x');
  }
  const [example] = readExamples(root);
  const copy = join(root, 'copy');
  if (example !== undefined) copyExample(example, copy);
  expect(['package.json', 'src/mocks.ts'].every((path) => existsSync(join(copy, path)))).toBe(true);
  expect(['mocks', 'node_modules', 'dist', 'data'].some((path) => existsSync(join(copy, path)))).toBe(false);
});

describe('the versions that they name', () => {
  const file = 'examples/greet/package.json';
  const read = (): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));

  it('become those of the checkout', () => {
    expect(updateManifests(root)).toEqual([file]);
    expect(read()).toEqual(manifestOf({ '@moorline/core': '^0.3.0', msw: '2.15.0' }));
    expect(updateManifests(root)).toEqual([]);
  });

  it('are only looked at in a check', () => {
    const before = read();
    expect(updateManifests(root, { isCheck: true })).toEqual([file]);
    expect(read()).toEqual(before);
  });

  it('cannot be told of what is not installed here', () => {
    write(file, manifestOf({ leftpad: '1.0.0' }));
    expect(() => updateManifests(root)).toThrow('leftpad is not installed in this repository');
  });
});
