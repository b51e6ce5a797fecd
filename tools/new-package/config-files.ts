/** Entries that a new package begins with: name of the source file → path of the export. */
const entries = { index: '.', server: './server', testing: './testing' };

/** The files of a new package that hang on where it stands in the repository, by path: its configuration, mostly. */
export function configFiles(name: string): Record<string, string> {
  const sources = Object.keys(entries).map((entry) => `  ${entry}: 'src/${entry}.ts',`);
  return {
    'package.json': json(manifest(name)),
    'tsconfig.json': json({
      extends: '../../tsconfig.base.json',
      include: ['src', 'test', 'bench', '*.config.ts', '../../tools/testenv'],
    }),
    'test/readme.test.ts': readmeTest,
    'etc/size-budget.json': json(sizeBudget),
    'vitest.config.ts': "export { default } from '../../vitest.shared.js';\n",
    'tsup.config.ts': ["import { lib } from '../../tsup.base.js';\n", 'export default lib({', ...sources, '});\n'].join(
      '\n',
    ),
  };
}

const readmeTest = `import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exampleTypeErrors } from '../../../tools/testenv/example-types.js';
import { firstColumn, readmeExamples } from '../../../tools/testenv/readme.js';
import { runExample } from '../../../tools/testenv/run-example.js';

const folder = join(import.meta.dirname, '..');
const readme = join(folder, 'README.md');
const blocks = readmeExamples(readme).filter(({ language }) => language !== 'sh');

it('shows examples that type-check', { timeout: 60_000 }, () => {
  expect(exampleTypeErrors(readme)).toEqual([]);
});

it('shows examples that print what stands below them', async () => {
  expect(blocks.map(({ language }) => language)).toEqual(['ts', 'text', 'ts', 'text', 'ts', 'text']);
  for (const [index, { language, code }] of blocks.entries()) {
    if (language === 'ts') expect(await runExample(folder, code)).toBe(blocks[index + 1]?.code);
  }
});

it('lists every error code', () => {
  expect(firstColumn(readme, 'Errors')).toEqual(['bad_greeting', 'request_failed']);
});
`;

/** What its entries weigh, with a little to spare: bytes, gzipped. */
const sizeBudget = { '.': 1700, './server': 1500, './testing': 1600 };

/** The changeset that announces the package with the next release. */
export const changeset = (name: string): string =>
  `---\n'@moorline/${name}': minor\n---\n\nFirst version: both halves of the protocol, and an in-memory peer for tests.\n`;

function manifest(name: string): object {
  return {
    name: `@moorline/${name}`,
    version: '0.1.0',
    description: `Both halves of the ${name} protocol`,
    license: 'Apache-2.0',
    keywords: ['moorline', name, 'protocol'],
    homepage: `https://github.com/moorline/moorline/tree/main/packages/${name}#readme`,
    bugs: { url: 'https://github.com/moorline/moorline/issues' },
    funding: 'https://github.com/sponsors/moorline',
    type: 'module',
    sideEffects: false,
    repository: { type: 'git', url: 'git+https://github.com/moorline/moorline.git', directory: `packages/${name}` },
    engines: { node: '^20.19.0 || >=22.12.0' },
    files: ['dist'],
    main: './dist/index.cjs',
    module: './dist/index.js',
    types: './dist/index.d.cts',
    exports: {
      ...Object.fromEntries(Object.entries(entries).map(([entry, path]) => [path, conditions(entry)])),
      './package.json': './package.json',
    },
    scripts: {
      build: 'tsup',
      typecheck: 'tsc -p .',
      lint: 'eslint .',
      test: 'vitest run',
      stage: 'node ../../tools/stage.mjs',
      'pack:check': 'node ../../tools/pack-check.mjs',
      'api:check': 'node ../../tools/api-report.mjs',
    },
    dependencies: { '@moorline/core': '^0.1.0' },
    publishConfig: { access: 'public', directory: '.stage' },
  };
}

const conditions = (entry: string): object => ({
  '@moorline/source': `./src/${entry}.ts`,
  import: { types: `./dist/${entry}.d.ts`, default: `./dist/${entry}.js` },
  require: { types: `./dist/${entry}.d.cts`, default: `./dist/${entry}.cjs` },
});

const json = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;
