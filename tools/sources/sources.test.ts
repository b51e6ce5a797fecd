import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root as repository } from '../repo/root.js';
import { type Workspace, workspaces } from '../repo/workspaces.js';
import { parseSourceOutcome } from '../test/source-checks.js';
import { checkSources, type SourceCheck } from './check.js';
import { readStamps } from './stamps.js';

/** A repository of two packages, of which `b` imports `a`. */
let root: string;
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const tsconfig = (options: object): string =>
  JSON.stringify({
    compilerOptions: {
      strict: true,
      noEmit: true,
      module: 'NodeNext',
      customConditions: ['source'],
      types: [],
      ...options,
    },
    include: ['src'],
  });
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'moorline-sources-'));
  write('package.json', '{"type": "module", "workspaces": ["packages/*"]}');
  for (const name of ['a', 'b']) {
    const dependencies = name === 'b' ? { a: '1.0.0' } : {};
    const exports = { source: `./src/index.ts` };
    write(
      `packages/${name}/package.json`,
      JSON.stringify({ name, type: 'module', exports, dependencies, scripts: {} }),
    );
    write(`packages/${name}/tsconfig.json`, tsconfig({}));
  }
  write('packages/a/src/index.ts', 'export const later = async (): Promise<number> => 1;\n');
  write('packages/b/src/index.ts', "import { later } from 'a';\nexport const two: number = 1 + (await later());\n");
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('lint and types of several workspaces', { timeout: 120_000 }, () => {
  beforeEach(() => {
    mkdirSync(join(root, 'node_modules'));
    for (const name of ['a', 'b']) symlinkSync(join(root, 'packages', name), join(root, 'node_modules', name));
    const plugin = JSON.stringify(join(repository, 'node_modules/typescript-eslint/dist/index.js'));
    const rules = { '@typescript-eslint/no-floating-promises': 'error' };
    write(
      'eslint.config.js',
      `const { default: tseslint } = await import(${plugin});
       export default tseslint.config(tseslint.configs.base, {
         files: ['**/*.ts', '**/*.tsx'],
         languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
         rules: ${JSON.stringify(rules)},
       });\n`,
    );
  });
  const check = async (): Promise<SourceCheck[]> => {
    const checks: SourceCheck[] = [];
    for await (const one of checkSources(root, workspaces(root))) checks.push(one);
    return checks;
  };

  it('pass where both are clean', async () => {
    expect(
      (await check()).map(({ workspace, lint, typecheck, text }) => [workspace.name, lint, typecheck, text]),
    ).toEqual([
      ['a', 'passed', 'passed', ''],
      ['b', 'passed', 'passed', ''],
    ]);
  });

  it('fail in the workspace that is wrong, by the types of the one that it imports', async () => {
    write(
      'packages/b/src/index.ts',
      "import { later } from 'a';\nlater();\nexport const text: string = await later();\n",
    );
    const [a, b] = await check();
    expect(a).toMatchObject({ lint: 'passed', typecheck: 'passed', text: '' });
    expect(b).toMatchObject({ lint: 'failed', typecheck: 'failed' });
    expect(b?.text).toMatch(/src\/index\.ts\n\s+2:1\s+error .*no-floating-promises/);
    expect(b?.text).toContain("index.ts(3,14): error TS2322: Type 'number' is not assignable to type 'string'.");
  });

  it('tell of a file that does not parse, and of one that no tsconfig.json lists', async () => {
    write('packages/a/src/index.ts', 'export const = 1;\n');
    write('packages/b/test/unlisted.ts', 'export {};\n');
    const [a, b] = await check();
    expect(a).toMatchObject({ lint: 'failed', typecheck: 'failed' });
    expect(a?.text).toContain('error TS1134: Variable declaration expected.');
    expect(b).toMatchObject({ lint: 'failed' });
    expect(b?.text).toContain('unlisted.ts');
  });

  it('go by the options of each: what one allows is still wrong in the other', async () => {
    write('packages/a/tsconfig.json', tsconfig({ lib: ['es2022'] }));
    write('packages/b/tsconfig.json', tsconfig({ lib: ['es2022', 'dom'], jsx: 'preserve' }));
    write('packages/a/src/title.ts', 'export const title: string = document.title;\n');
    write('packages/b/src/title.ts', 'export const title: string = document.title;\n');
    write('packages/b/src/view.tsx', "import { later } from 'a';\nlater();\n");
    const [a, b] = await check();
    expect(a).toMatchObject({ lint: 'passed', typecheck: 'failed' });
    expect(a?.text).toContain("title.ts(1,30): error TS2584: Cannot find name 'document'.");
    expect(b).toMatchObject({ lint: 'failed', typecheck: 'passed' });
    expect(b?.text).toMatch(/src\/view\.tsx\n\s+2:1\s+error .*no-floating-promises/);
  });
});

describe('what has passed', () => {
  const stale = (): string[] => {
    const all = workspaces(root);
    const stamps = readStamps(root, all);
    return all.filter((one) => !stamps.isFresh(one)).map(({ name }) => name);
  };
  const passAll = (): void => {
    const all: Workspace[] = workspaces(root);
    const stamps = readStamps(root, all);
    for (const one of all) stamps.pass(one);
  };

  it('needs no second check until something changes that it depends on', () => {
    expect(stale()).toEqual(['a', 'b']);
    passAll();
    expect(stale()).toEqual([]);
  });

  it.each([
    ['the source of an imported package', 'packages/a/src/index.ts', ['a', 'b']],
    ['a test of an imported package', 'packages/a/src/index.test.ts', ['a']],
    ['a file of its own', 'packages/b/test/x.ts', ['b']],
    ['what was built', 'packages/a/dist/index.js', []],
    ['the rules', 'tools/lint/boundaries.js', ['a', 'b']],
    ['the settings of all', 'tsconfig.base.json', ['a', 'b']],
  ])('is checked again after a change of %s', (_, path, expected) => {
    passAll();
    write(path, '// new\n');
    expect(stale()).toEqual(expected);
  });
});

it('is told in lines that npm test reads', () => {
  expect(parseSourceOutcome('✔ @moorline/core:lint')).toEqual({
    project: '@moorline/core',
    target: 'lint',
    status: 'passed',
  });
  expect(parseSourceOutcome('✖ @moorline/core:typecheck')).toMatchObject({ target: 'typecheck', status: 'failed' });
  expect(parseSourceOutcome('✖ 1 problem (1 error, 0 warnings)')).toBeUndefined();
});
