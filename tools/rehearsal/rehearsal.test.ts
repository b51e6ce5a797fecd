import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseOptions } from './args.js';
import { updateTree } from './tree.js';

const { signal } = new AbortController();

describe('the options', () => {
  it('are read', () => {
    expect(parseOptions([])).toEqual({ only: [], pre: undefined, isFresh: false, isList: false });
    expect(parseOptions(['--only', 'a, b/c', '--only', 'd', '--pre', 'next', '--fresh', '--list'])).toEqual({
      only: ['a', 'b/c', 'd'],
      pre: 'next',
      isFresh: true,
      isList: true,
    });
    expect(parseOptions(['--help'])).toBeUndefined();
  });

  it.each([['--pre', 'Next!'], ['--onyl'], ['core']])('refuses %j', (...args) => {
    expect(() => parseOptions(args)).toThrow();
  });
});

it('copies a checkout with what is not committed, and leaves no trace of an earlier rehearsal', async () => {
  const root = realpathSync(temporaryFolder());
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('package.json', JSON.stringify({ workspaces: ['packages/*'] }));
  write('packages/core/package.json', JSON.stringify({ name: '@moorline/core', version: '0.1.0' }));
  write('packages/core/gone.txt', 'x');
  write('.gitignore', 'node_modules/\n.nx/\ndist/\n');
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '--all');
  git('-c', 'user.name=a', '-c', 'user.email=a@b.example', 'commit', '--quiet', '--message', 'first');
  write('packages/core/node_modules/ws/index.js', 'other version');
  write('packages/core/changed.txt', 'not committed');
  rmSync(join(root, 'packages/core/gone.txt'));

  const tree = join(root, '.nx/release/tree');
  expect(await updateTree(root, tree, signal)).toBe(2);
  expect(readFileSync(join(tree, 'packages/core/changed.txt'), 'utf8')).toBe('not committed');
  expect(existsSync(join(tree, 'packages/core/gone.txt'))).toBe(false);
  expect(realpathSync(join(tree, 'node_modules/@moorline/core'))).toBe(join(tree, 'packages/core'));
  expect(readFileSync(join(tree, 'packages/core/node_modules/ws/index.js'), 'utf8')).toBe('other version');

  // What a rehearsal does to it; its builds stay.
  writeFileSync(join(tree, 'packages/core/package.json'), JSON.stringify({ name: '@moorline/core', version: '0.2.0' }));
  writeFileSync(join(tree, 'packages/core/CHANGELOG.md'), 'new');
  mkdirSync(join(tree, 'packages/core/dist'));
  rmSync(join(root, 'packages/core/changed.txt'));
  expect(await updateTree(root, tree, signal)).toBe(1);
  expect(readFileSync(join(tree, 'packages/core/package.json'), 'utf8')).toContain('0.1.0');
  expect(['CHANGELOG.md', 'changed.txt', 'dist'].map((name) => existsSync(join(tree, 'packages/core', name)))).toEqual([
    false,
    false,
    true,
  ]);
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'moorline-rehearsal-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}
