import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './root.js';
import { selectWorkspaces, workspaces } from './workspaces.js';

const all = workspaces(root);

it('finds every workspace of the repository with its scripts', () => {
  const core = all.find(({ name }) => name === '@moorline/core');
  expect(core).toMatchObject({ shortName: 'core', path: 'packages/core', folder: join(root, 'packages/core') });
  expect(core?.scripts).toContain('typecheck');
  expect(all.map(({ path }) => path)).toEqual(expect.arrayContaining(['apps/server', 'apps/agent', 'tools', 'e2e']));
  expect(all.every(({ folder }) => existsSync(folder))).toBe(true);
});

it('takes a package name, a folder name or a path', () => {
  const names = selectWorkspaces(all, ['@moorline/core', 'server', 'apps/agent/']).map(({ path }) => path);
  expect(names).toEqual(['packages/core', 'apps/server', 'apps/agent']);
});

it('refuses an unknown name and lists the known ones', () => {
  expect(() => selectWorkspaces(all, ['corr'])).toThrow(/no project "corr"; there are: .*core/);
});
