import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outlineProblems } from '../docs/outline.js';
import { packageFacts } from '../docs/package-facts.js';
import { budgetsOf, entrySize } from '../gates/bundles.js';
import { runGroup } from '../process/run-group.js';
import { bin, root } from '../repo/root.js';
import { selectWorkspaces, workspaces } from '../repo/workspaces.js';
import { checkSources } from '../sources/check.js';
import { createPackage } from './create-package.js';
import { rename } from './names.js';

/** A copy of what a package leans on, with the real node_modules behind a link. */
let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'moorline-new-package-'));
  const files = ['package.json', 'tsconfig.base.json', 'tsup.base.ts', 'vitest.shared.ts', 'eslint.config.js'];
  const folders = ['tools/lint', 'tools/testenv', 'tools/repo', 'packages/core/package.json'];
  mkdirSync(join(copy, 'apps'));
  for (const path of [...files, ...folders, '.prettierrc.json'])
    cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => {
  rmSync(copy, { recursive: true });
});

describe('a new package', { timeout: 120_000 }, () => {
  it('has all its rooms', () => {
    const files = createPackage(copy, 'flux-relay');
    for (const path of ['README.md', 'docs/protocol.md', 'src/index.ts', 'src/server.ts', 'src/testing.ts']) {
      expect(files).toContain(`packages/flux-relay/${path}`);
    }
    for (const room of ['src/wire', 'src/client', 'src/server', 'src/testing', 'test']) {
      expect(
        files.some((file) => file.startsWith(`packages/flux-relay/${room}/`)),
        room,
      ).toBe(true);
    }
    expect(files).toContain('.changeset/flux-relay.md');
    expect(files.filter((file) => /lighthouse/i.test(file + readFileSync(join(copy, file), 'utf8')))).toEqual([]);
  });

  it.each([
    ['format', 'prettier', ['--write', '.']],
    ['tests', 'vitest', ['run', '--maxWorkers=1']],
    ['build', 'tsup', []],
  ])('passes %s at once', async (_, program, args) => {
    const lines: string[] = [];
    const options = { cwd: join(copy, 'packages/flux-relay'), onLine: (line: string) => lines.push(line) };
    expect(await runGroup(process.execPath, [bin(program), ...args], options), lines.join('\n')).toBe(0);
  });

  it('passes lint and the compiler at once', async () => {
    const chosen = selectWorkspaces(workspaces(copy), ['flux-relay']);
    for await (const check of checkSources(copy, chosen)) {
      expect(check).toMatchObject({ lint: 'passed', typecheck: 'passed', text: '' });
    }
    expect.assertions(1);
  });

  it('is built with both formats and their declarations', () => {
    for (const file of ['index.js', 'server.cjs', 'testing.d.ts', 'index.d.cts']) {
      expect(existsSync(join(copy, 'packages/flux-relay/dist', file)), file).toBe(true);
    }
  });

  it.each([
    [undefined, 'which name?'],
    ['', 'is no name for a package'],
    ['FluxRelay', 'is no name for a package'],
    ['../evil', 'is no name for a package'],
    ['flux_relay', 'is no name for a package'],
    ['1flux', 'is no name for a package'],
    ['flux-', 'is no name for a package'],
    ['lighthouse', "the template's own name"],
    ['core', 'core is taken: packages/core'],
  ])('is not made from the name %j', (name, message) => {
    expect(() => createPackage(copy, name)).toThrow(message);
  });

  it('has budgets that its entries keep', async () => {
    const folder = join(copy, 'packages/flux-relay');
    for (const [path, budget] of Object.entries(budgetsOf(join(folder, 'etc')))) {
      const module = join(folder, 'dist', path === '.' ? 'index.js' : `${path}.js`);
      const size = await entrySize({ path, module, common: undefined });
      expect(size, path).toBeLessThanOrEqual(budget);
      expect(size, path).toBeGreaterThan(budget / 2);
    }
    expect.assertions(6);
  });

  it('has the outline of every README', () => {
    const folder = join(copy, 'packages/flux-relay');
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(outlineProblems(readme, packageFacts(folder, join(root, 'e2e/programs')))).toEqual([]);
  });

  it('carries its name in every form', () => {
    expect(rename('class LighthouseError in lighthouse-error.ts', 'flux-2-relay')).toBe(
      'class Flux2RelayError in flux-2-relay-error.ts',
    );
  });
});
