import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bumpsOf, pendingChangesets } from './changesets.js';
import { type Changes, isPublishedManifestChanged, understatedChanges, untoldChanges } from './untold-changes.js';

const packages = [
  { name: '@moorline/core', folders: ['packages/core'] },
  { name: '@moorline/server', folders: ['apps/server', 'packages/app-kit'] },
];
const told = (name: string, bump: 'patch' | 'minor' | 'major' = 'minor') => ({
  path: `.changeset/${name}.md`,
  bumps: new Map([[`@moorline/${name}`, bump]]),
});
const problems = (changed: string[] | undefined, changesets: Changes['changesets'] = []) =>
  untoldChanges({ changed, packages, changesets, isManifestChanged: (path) => path === 'packages/core/package.json' });

describe('a change that users see', () => {
  it.each(['src/index.ts', 'src/wire/a.ts', 'README.md', 'package.json', 'etc/index.api.md'])(
    'is one of %s',
    (path) => {
      expect(problems([`packages/core/${path}`])).toEqual([
        `@moorline/core: packages/core/${path} changed, and no changeset tells of it`,
      ]);
    },
  );

  it.each([
    'packages/core/src/index.test.ts',
    'packages/core/test/interop.ts',
    'packages/core/docs/protocol.md',
    'packages/core2/src/index.ts',
    'apps/server/package.json', // only its development part: the caller compares
    'packages/app-kit/README.md',
    'tools/test/main.ts',
    'README.md',
  ])('is none of %s', (path) => {
    expect(problems([path])).toEqual([]);
  });

  it('is one of the private package that an app has inside, too', () => {
    expect(problems(['packages/app-kit/src/index.ts', 'packages/app-kit/src/a.ts'])).toEqual([
      '@moorline/server: packages/app-kit/src/index.ts and 1 more changed, and no changeset tells of it',
    ]);
  });

  it('is told of by a changeset that waits', () => {
    expect(problems(['packages/core/src/index.ts'], [told('core')])).toEqual([]);
    expect(problems(['packages/core/src/index.ts'], [told('server')])).toHaveLength(1);
  });

  it('in the public types is told of by a changeset that was written or edited with it', () => {
    expect(problems(['packages/core/etc/index.api.md'], [told('core')])).toEqual([
      '@moorline/core: packages/core/etc/index.api.md changed, and .changeset/core.md did not',
    ]);
    expect(problems(['packages/core/etc/index.api.md', '.changeset/core.md'], [told('core')])).toEqual([]);
  });

  it('is everything before the first release', () => {
    expect(problems(undefined, [told('core')])).toEqual([
      '@moorline/server was never released, and no changeset tells of it',
    ]);
  });
});

it('has a changeset whose bump is as large as the change of the public types', () => {
  const report = { path: 'packages/core/etc/index.api.md', package: '@moorline/core', version: '1.2.0' } as const;
  const reports = [{ ...report, change: 'breaking' as const }];
  expect(understatedChanges(reports, [told('core', 'minor'), told('server', 'major')])).toEqual([
    '@moorline/core: packages/core/etc/index.api.md changed (breaking), which is a major change after 1.2.0; no changeset says so',
  ]);
  expect(understatedChanges(reports, [told('core', 'minor'), told('core', 'major')])).toEqual([]);
  expect(understatedChanges([{ ...report, change: 'none' }], [])).toEqual([]);
});

it('compares the published parts of two package.json', () => {
  const manifest = { name: '@moorline/x', version: '0.1.0', dependencies: { ws: '^8.0.0' } };
  const isChanged = (change: object) => isPublishedManifestChanged(manifest, { ...manifest, ...change });
  expect(isChanged({ version: '0.2.0', devDependencies: { msw: '2.0.0' }, scripts: { test: 'x' } })).toBe(false);
  expect(isChanged({ dependencies: { ws: '^9.0.0' } })).toBe(true);
});

describe('changesets', () => {
  it('name packages in their front matter only', () => {
    expect([
      ...bumpsOf("---\n'@moorline/core': minor\n\"@moorline/agent\": patch\n---\n\n'@moorline/x': major\n"),
    ]).toEqual([
      ['@moorline/core', 'minor'],
      ['@moorline/agent', 'patch'],
    ]);
    expect(bumpsOf('---\n---\n').size).toBe(0);
  });

  it('wait until a release, a pre-release included, has told of them', () => {
    const root = mkdtempSync(join(tmpdir(), 'moorline-changesets-'));
    onTestFinished(() => {
      rmSync(root, { recursive: true });
    });
    mkdirSync(join(root, '.changeset'));
    for (const name of ['core', 'server']) {
      writeFileSync(join(root, `.changeset/${name}.md`), `---\n'@moorline/${name}': minor\n---\n`);
    }
    writeFileSync(join(root, '.changeset/config.json'), '{}');
    expect(pendingChangesets(root)).toEqual([told('core'), told('server')]);
    writeFileSync(join(root, '.changeset/pre.json'), JSON.stringify({ mode: 'pre', changesets: ['core'] }));
    expect(pendingChangesets(root)).toEqual([told('server')]);
  });
});
