import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { findPrevious, publishPrevious } from './previous.js';
import { startRegistry } from './registry.js';
import { releases } from './steps.js';

const { signal } = new AbortController();

let root: string;
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
/** A package whose staged files are there, as Nx would have made them. */
const writePackage = (name: string, version: string, rest: object = {}) => {
  const manifest = JSON.stringify({ name: `@moorline/${name}`, version, exports: {}, ...rest });
  write(`packages/${name}/package.json`, manifest);
  write(`packages/${name}/.stage/package.json`, manifest);
};
const commit = (message: string) => {
  git('add', '--all');
  git('-c', 'user.name=a', '-c', 'user.email=a@b.example', 'commit', '--quiet', '--message', message);
};
const find = async (change: () => void) => {
  const before = releases(root);
  change();
  const options = { root, tree: root, taggedTree: join(root, '.nx/release/tagged') };
  return findPrevious({ ...options, before, next: releases(root), signal });
};

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'moorline-previous-')));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  write('package.json', JSON.stringify({ workspaces: ['packages/*'] }));
  write('.gitignore', 'node_modules/\n.nx/\n.stage/\n');
  write('e2e/programs/check.ts', 'then');
  write('e2e/programs/core.ts', "import { retry } from '@moorline/core';");
  writePackage('core', '0.1.0');
  writePackage('cc-api', '0.1.0', { dependencies: { '@moorline/core': '^0.1.0', zod: '4.0.0' } });
  git('init', '--quiet', '--initial-branch', 'main');
  commit('first');
});

describe('what came before', () => {
  it('is nothing where no version changes', async () => {
    expect(await find(() => undefined)).toBeUndefined();
  });

  it('is this release under the versions of the checkout, where nothing was released', async () => {
    const found = await find(() => {
      writePackage('core', '0.2.0');
    });
    expect(found).toMatchObject({
      origin: 'made of the files of this release, as there is no tag',
      commit: undefined,
      libraries: [{ name: '@moorline/cc-api' }, { name: '@moorline/core', version: '0.1.0' }],
      changed: [{ name: '@moorline/core' }],
      shared: 'then',
    });
  });

  it('is what the newest tag has, with the programs as they were; what has no tag was not there', async () => {
    git('tag', '@moorline/core@0.1.0');
    git('tag', '@moorline/core@0.0.9');
    const released = git('rev-parse', 'HEAD');
    write('e2e/programs/core.ts', 'now');
    writePackage('new', '0.1.0');
    commit('second');
    const found = await find(() => {
      for (const name of ['core', 'cc-api', 'new']) writePackage(name, '0.2.0');
    });
    expect(found).toMatchObject({
      origin: 'built from the tag @moorline/core@0.1.0',
      commit: released,
      libraries: [{ name: '@moorline/core', version: '0.1.0' }],
      programs: [{ name: 'core', packages: ['@moorline/core'] }],
    });
    expect(found?.changed[0]?.stage).toBe(join(root, '.nx/release/tagged/packages/core/.stage'));
  });
});

it(
  'is published under the version and the ranges of then, to a registry that knows nothing else',
  { timeout: 60_000 },
  async () => {
    const found = await find(() => {
      writePackage('cc-api', '0.2.0', { dependencies: { '@moorline/core': '^0.2.0', zod: '4.0.1' } });
    });
    const registry = await startRegistry(join(root, 'registry'), signal);
    try {
      if (found !== undefined) await publishPrevious(found, join(root, 'scratch'), registry, signal);
      const answer = await fetch(`${registry.url}@moorline%2fcc-api/latest`);
      expect(await answer.json()).toMatchObject({
        version: '0.1.0',
        dependencies: { '@moorline/core': '^0.1.0', zod: '4.0.0' },
      });
      for (const other of ['@moorline%2fcc-api/0.2.0', 'zod']) {
        expect((await fetch(registry.url + other)).status).toBe(404);
      }
    } finally {
      await registry.close();
    }
    await expect(fetch(registry.url)).rejects.toThrow();
  },
);
