import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runGroup } from '../process/run-group.js';
import { bin } from '../repo/root.js';
import { reportApi } from '../release/report-api.js';
import { budgetsOf, entrySize, sideEffectProblems, sizeProblems } from './bundles.js';
import { checkPackage } from './check-package.js';
import { manifestProblems, promisedNode } from './manifest.js';
import { quietImportProblems } from './quiet-import.js';
import { readStaged } from './staged.js';
import { fileProblems, listing, listingProblems, packedFiles } from './tarball.js';
import { typesProblems } from './types.js';

/** A good package is made, and each test breaks one thing of it: the gate that is for that must notice. */
let folder: string;
let etc: string;
let size: number;
const path = 'packages/good';

const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
};
const edit = (file: string, change: (text: string) => string): void =>
  write(file, change(readFileSync(join(folder, file), 'utf8')));

const manifest = {
  name: '@moorline/good',
  version: '0.1.0',
  description: 'A package that every gate lets through',
  license: 'Apache-2.0',
  type: 'module',
  sideEffects: false,
  keywords: ['a', 'b', 'c'],
  homepage: 'https://moorline.example',
  bugs: { url: 'https://moorline.example/issues' },
  funding: 'https://moorline.example/funding',
  repository: { type: 'git', url: 'git+https://github.com/moorline/moorline.git', directory: path },
  engines: { node: promisedNode },
  files: ['dist', 'CHANGELOG.md'],
  main: './dist/index.cjs',
  module: './dist/index.js',
  types: './dist/index.d.cts',
  exports: {
    '.': {
      import: { types: './dist/index.d.ts', default: './dist/index.js' },
      require: { types: './dist/index.d.cts', default: './dist/index.cjs' },
    },
    './package.json': './package.json',
  },
};
const map = JSON.stringify({ version: 3, sources: ['../src/index.ts'], sourcesContent: ['export …'], mappings: '' });
const types = '/** Doubles. */\nexport declare function twice(value: number): number;\n';

const good = [
  'LICENSE',
  'README.md',
  'dist/index.cjs',
  'dist/index.d.cts',
  'dist/index.d.ts',
  'dist/index.js',
  'dist/index.js.map',
  'package.json',
];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'moorline-gates-'));
  etc = join(folder, 'etc');
  write('.stage/package.json', JSON.stringify(manifest));
  write('.stage/README.md', '# good\n');
  write('.stage/LICENSE', 'Apache License');
  write(
    '.stage/dist/index.js',
    'export function twice(value) {\n  return 2 * value;\n}\n//# sourceMappingURL=index.js.map\n',
  );
  write('.stage/dist/index.js.map', map);
  write('.stage/dist/index.cjs', '"use strict";\nexports.twice = function twice(value) {\n  return 2 * value;\n};\n');
  write('.stage/dist/index.d.ts', types);
  write('.stage/dist/index.d.cts', types);
  const [entry] = staged().entries;
  size = (entry && (await entrySize(entry))) ?? 0;
  write('etc/size-budget.json', JSON.stringify({ '.': size }));
  write('etc/files.txt', listing(good));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const staged = () => readStaged(join(folder, '.stage'));

it('lets a good package through', async () => {
  expect(packedFiles(staged())).toEqual(good);
  expect(await checkPackage(folder, path)).toEqual([]);
});

it('asks every gate', async () => {
  write('.stage/dist/extra.js', 'export {};\n');
  write('.stage/package.json', JSON.stringify({ ...manifest, funding: undefined, sideEffects: true }));
  edit('.stage/dist/index.js', (text) => `globalThis.moorline = 1;\n${text}`);
  const found = (await checkPackage(folder, path)).join('\n');
  for (const problem of [
    'no funding',
    '+ dist/extra.js',
    'over its budget',
    'is not empty',
    'makes the global moorline',
  ]) {
    expect(found).toContain(problem);
  }
});

describe('what is published', () => {
  it.each(['dist/twice.test.js', 'dist/src/index.ts', 'test/a.js', 'node_modules/x/index.js'])('is no %s', (file) => {
    expect(fileProblems(staged(), [...good, file])).toEqual([`${file} is published: it is no part of the build`]);
  });

  it('is what is listed', () => {
    expect(listingProblems(etc, good)).toEqual([]);
    expect(listingProblems(etc, [...good, 'dist/extra.js'])).toEqual([
      'etc/files.txt does not list what is published:\n+ dist/extra.js',
    ]);
    expect(listingProblems(etc, good.slice(1))).toEqual(['etc/files.txt does not list what is published:\n- LICENSE']);
    rmSync(join(etc, 'files.txt'));
    expect(listingProblems(etc, good).join()).toContain('etc/files.txt is missing');
  });

  it('has maps that are there and carry their sources', () => {
    const without = good.filter((file) => !file.endsWith('.map'));
    expect(fileProblems(staged(), without)).toEqual([
      'dist/index.js names the map index.js.map, which is not published',
    ]);
    write('.stage/dist/index.js.map', JSON.stringify({ version: 3, sources: ['/home/me/index.ts'], mappings: '' }));
    expect(fileProblems(staged(), good)).toEqual(['dist/index.js.map does not carry its source /home/me/index.ts']);
  });

  it('lists what the bundler names after a hash as one line', () => {
    const files = ['dist/backend-BPmfrQIa.d.ts', 'dist/chunk-55GLWOK5.js', 'dist/chunk-5GBB6ABM.js', 'dist/index.js'];
    expect(listing(files)).toBe('dist/*.d.ts\ndist/*.js\ndist/index.js\n');
  });
});

describe('the size of an entry', () => {
  it('is within its budget', async () => {
    const noise = JSON.stringify(Array.from({ length: 400 }, (_, index) => Math.sin(index)));
    edit('.stage/dist/index.js', (text) => `${text}export const noise = ${noise};\n`);
    expect((await sizeProblems(staged(), { '.': size })).join()).toMatch(/^\. is \d+ bytes, over its budget of \d+/);
  });

  it('has a budget, and no budget is for an entry that is gone', async () => {
    expect(await sizeProblems(staged(), { './gone': 1 })).toEqual([
      `. has no budget in etc/size-budget.json; it is ${size} bytes`,
      'etc/size-budget.json names ./gone, which is no entry',
    ]);
    expect(await sizeProblems(staged(), budgetsOf(etc))).toEqual([]);
    expect(budgetsOf(join(etc, 'nowhere'))).toEqual({});
  });
});

describe('an import', () => {
  it('makes no global, starts no timer, listens to nothing, prints nothing', () => {
    const lines =
      "globalThis.moorline = 1; setInterval(() => {}, 1000); process.on('exit', () => {}); console.log('here');";
    for (const file of ['index.js', 'index.cjs']) edit(`.stage/dist/${file}`, (text) => `${lines}\n${text}`);
    const found = [
      'prints here',
      'makes the global moorline',
      'leaves a Timeout open',
      'calls setInterval',
      "listens to the process's exit",
    ];
    expect(quietImportProblems(staged())).toEqual(
      ['import', 'require'].flatMap((kind) => found.map((problem) => `${kind} ${problem}`)),
    );
  });

  it('opens no socket, and works in both module kinds', () => {
    edit(
      '.stage/dist/index.js',
      (text) => `import { createServer } from 'node:net';\ncreateServer().listen(0);\n${text}`,
    );
    // The mistake of a default export that only one of them has.
    edit('.stage/dist/index.cjs', (text) => `${text}module.exports = require('./index.cjs').default.twice;\n`);
    const [opened, failed] = quietImportProblems(staged());
    expect(opened).toMatch(/^import leaves a TCP\w+ open$/);
    expect(failed).toContain('require of its entries fails');
  });
});

it('leaves nothing in a bundle that does not use it', async () => {
  expect(await sideEffectProblems(staged())).toEqual([]);
  edit('.stage/package.json', (text) => text.replace('"sideEffects":false', '"sideEffects":true'));
  edit('.stage/dist/index.js', (text) => `console.log('here');\n${text}`);
  expect((await sideEffectProblems(staged())).join()).toContain('console.log("here")');
});

it.each([
  ['keywords', 'fewer than three keywords'],
  ['funding', 'no funding'],
  ['engines', `engines.node is not ${promisedNode}`],
  ['repository', `repository.directory is not ${path}`],
  ['bugs', 'no bugs'],
  ['homepage', 'no homepage'],
  ['description', 'no description'],
  ['sideEffects', 'sideEffects is not false'],
  ['exports', 'neither exports nor bin: nobody could use it'],
])('wants %s in the package.json', (field, problem) => {
  expect(manifestProblems({ ...manifest, [field]: undefined }, path)).toEqual([`package.json: ${problem}`]);
});

it('wants types first, in both module kinds', () => {
  const { types: _types, ...rest } = manifest.exports['.'].require;
  const exports = { '.': { import: { default: './dist/index.js', types: './dist/index.d.ts' }, require: rest } };
  expect(manifestProblems({ ...manifest, exports }, path)).toEqual([
    'package.json: exports["."].import is not { types, default }, in this order',
    'package.json: exports["."].require is not { types, default }, in this order',
  ]);
});

describe('the checks of others', { timeout: 60_000 }, () => {
  const run = async (program: string, ...args: string[]) => {
    const lines: string[] = [];
    const code = await runGroup(process.execPath, [bin(program), ...args], {
      cwd: folder,
      onLine: (line) => lines.push(line),
    });
    return { code, text: lines.join('\n') };
  };

  it('let the good package through', async () => {
    expect(await run('publint', '--strict', '.stage')).toMatchObject({ code: 0 });
    expect(await typesProblems(folder)).toEqual([]);
  });

  it('publint notices a file that exports name and the package lacks', async () => {
    rmSync(join(folder, '.stage/dist/index.cjs'));
    const { code, text } = await run('publint', '--strict', '.stage');
    expect(code).not.toBe(0);
    expect(text).toContain('index.cjs');
  });

  it('attw notices types that are missing', async () => {
    rmSync(join(folder, '.stage/dist/index.d.cts'));
    expect(await typesProblems(folder)).toEqual([expect.stringContaining('node16 (from CJS): No types')]);
  });

  it('attw notices a default export that CommonJS has otherwise than its types say', async () => {
    edit('.stage/dist/index.d.cts', (text) => `${text}export default twice;\n`);
    edit('.stage/dist/index.cjs', () => 'module.exports = function twice(value) {\n  return 2 * value;\n};\n');
    const mistake = expect.stringContaining('node16 (from CJS): Incorrect default export');
    expect(await typesProblems(folder)).toEqual([mistake]);
  });

  it('api-extractor notices a change of the API that nobody reviewed', () => {
    write('package.json', JSON.stringify(manifest));
    write('dist/index.d.ts', types);
    reportApi(folder, { update: true });
    write('dist/index.d.ts', types.replace('value: number', 'value: bigint'));
    expect(reportApi(folder, { update: false })).toEqual([
      expect.stringContaining('+ export function twice(value: bigint)'),
    ]);
  });
});
