import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from '../repo/root.js';
import { changedLines } from './changed-lines.js';
import { stagedManifest } from './manifest.js';
import { reportApi } from './report-api.js';
import { stagePackage } from './stage-package.js';

const entry = (name: string) => ({
  '@moorline/source': `./src/${name}.ts`,
  import: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
  require: { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` },
});
const manifest = {
  name: '@moorline/x',
  version: '0.1.0',
  type: 'module',
  exports: { '.': entry('index'), './server': entry('server'), './package.json': './package.json' },
  files: ['dist'],
  scripts: { test: 'vitest run' },
  dependencies: { '@moorline/core': '^0.1.0' },
  devDependencies: { msw: '2.15.0' },
  publishConfig: { access: 'public', directory: '.stage' },
};

describe('the published package.json', () => {
  it('has no source condition, scripts, development dependencies or staging folder', () => {
    const staged = stagedManifest(manifest);
    expect(JSON.stringify(staged)).not.toMatch(/@moorline\/source|vitest|msw|\.stage/);
    expect(staged).toMatchObject({
      name: '@moorline/x',
      publishConfig: { access: 'public' },
      files: ['dist', 'CHANGELOG.md'],
    });
  });

  it('tells the oldest module resolution where the types of sub-paths are', () => {
    expect(stagedManifest(manifest)['typesVersions']).toEqual({ '*': { server: ['./dist/server.d.cts'] } });
  });

  it.each(['file:../core', 'workspace:^', 'link:../core', '*', ''])('refuses the range %j', (range) => {
    expect(() => stagedManifest({ ...manifest, dependencies: { '@moorline/core': range } })).toThrow(
      'cannot be published',
    );
  });

  it('refuses an export outside of dist', () => {
    expect(() => stagedManifest({ ...manifest, exports: { '.': './src/index.ts' } })).toThrow(
      './src/index.ts is outside of dist/',
    );
  });
});

describe('a package', () => {
  let folder: string;
  const write = (path: string, text = '') => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'moorline-package-'));
    write('package.json', JSON.stringify(manifest));
    write('README.md', '# x');
    for (const name of ['index', 'server']) {
      for (const ending of ['js', 'cjs', 'd.ts', 'd.cts']) write(`dist/${name}.${ending}`);
    }
    write('dist/index.d.ts', '/** Doubles. */\nexport declare function twice(value: number): number;\n');
    write('dist/server.d.ts', 'export declare const port: number;\n');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is staged with its build, its README and the licence, and nothing else of an earlier staging', async () => {
    write('.stage/old.txt');
    expect(await stagePackage(folder, root)).toBe(true);
    for (const file of ['package.json', 'README.md', 'LICENSE', 'dist/server.d.cts']) {
      expect(existsSync(join(folder, '.stage', file)), file).toBe(true);
    }
    expect(existsSync(join(folder, '.stage/old.txt'))).toBe(false);
  });

  it('that is private is not staged', async () => {
    write('package.json', JSON.stringify({ ...manifest, private: true }));
    expect(await stagePackage(folder, root)).toBe(false);
    expect(existsSync(join(folder, '.stage'))).toBe(false);
  });

  it.each(['README.md', 'dist/server.cjs', 'dist'])('without %s is refused', async (path) => {
    rmSync(join(folder, path), { recursive: true });
    await expect(stagePackage(folder, root)).rejects.toThrow(`${path} is missing`);
  });

  it('whose build imports what is not listed is refused, however it imports it', async () => {
    write('dist/chunk.js', "import 'yaml/x'; import('ws'); import fs from 'node:fs'; import '@moorline/core/testing';");
    write('dist/server.cjs', "require('@scope/y/z'); require('fs'); require('./index.cjs');");
    write('dist/page/app.js', "import 'inside-the-page';");
    await expect(stagePackage(folder, root)).rejects.toThrow(/does not list: @scope\/y, ws, yaml$/);
  });

  describe('that is a program', () => {
    const { exports: _exports, ...rest } = manifest;
    const app = { ...rest, bin: { x: './dist/main.js' } };

    it('is staged with its bin and the page that it serves', async () => {
      write('package.json', JSON.stringify(app));
      write('dist/main.js', '#!/usr/bin/env node\n');
      write('dist/page/index.html', '<!doctype html>');
      expect(await stagePackage(folder, root)).toBe(true);
      expect(existsSync(join(folder, '.stage/dist/page/index.html'))).toBe(true);
    });

    it.each([
      ['without the file that bin names', {}, /dist\/main.js is missing: bin names it/],
      ['with one that no shell could start', { 'dist/main.js': 'run();\n' }, /does not start with #!/],
    ])('%s is refused', async (_title, files, message) => {
      write('package.json', JSON.stringify(app));
      for (const [path, text] of Object.entries(files)) write(path, text);
      await expect(stagePackage(folder, root)).rejects.toThrow(message);
    });
  });

  it('has its public API recorded, compared and updated', { timeout: 60_000 }, () => {
    expect(reportApi(folder, { update: false })).toEqual([
      'etc/index.api.md is missing: the API of this entry is not recorded yet',
      'etc/server.api.md is missing: the API of this entry is not recorded yet',
    ]);
    expect(reportApi(folder, { update: true })).toEqual([]);
    expect(reportApi(folder, { update: false })).toEqual([]);
    expect(readFileSync(join(folder, 'etc/index.api.md'), 'utf8')).toContain('function twice(value: number): number;');

    write('dist/index.d.ts', '/** Doubles. */\nexport declare function twice(value: string): number;\n');
    const problems = reportApi(folder, { update: false });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('+ export function twice(value: string): number;');
    expect(problems[0]).toContain('- export function twice(value: number): number;');
  });

  it('has no report of an entry that is gone', { timeout: 60_000 }, () => {
    reportApi(folder, { update: true });
    write('package.json', JSON.stringify({ ...manifest, exports: { '.': entry('index') } }));
    expect(reportApi(folder, { update: false })).toEqual(['etc/server.api.md belongs to no entry of the package']);
    reportApi(folder, { update: true });
    expect(existsSync(join(folder, 'etc/server.api.md'))).toBe(false);
  });
});

it('shows the lines that only one side has', () => {
  expect(changedLines('a\nb\n\nc', 'a\nd\nc\n')).toEqual(['- b', '+ d']);
});
