import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { soak } from '../../../tools/testenv/scale.js';
import { temporaryFolderOfFile } from '../../../tools/testenv/temporary-folder.js';
import { readDocument } from './support/documents.js';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const here = join(import.meta.dirname, '..');

/** Every compiler that a user may have; the oldest and the newest are enough each time. */
const every: readonly [version: string, manifest: string][] = [
  ['5.0', require.resolve('typescript-5.0/package.json')],
  ['5.4', require.resolve('typescript-5.4/package.json')],
  ['5.9', require.resolve('typescript-5.9/package.json')],
  ['6.0', require.resolve('typescript-6.0/package.json')],
  ['7.0', require.resolve('typescript-7.0/package.json')],
];
const compilers = soak([...every.slice(0, 1), ...every.slice(-1)], every);

const common = {
  strict: true,
  noEmit: true,
  pretty: false,
  skipLibCheck: true,
  target: 'es2022',
  lib: ['es2022', 'dom', 'dom.iterable'],
  types: [],
};

/** How a user's project finds packages. */
const resolutions = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
};

describe('what is published', () => {
  const folder = temporaryFolderOfFile();

  beforeAll(async () => {
    for (const name of ['core', 'cc-api']) await install(folder, name);
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    const sample = await readFile(join(here, 'test/consumer/sample.ts'), 'utf8');
    await writeFile(join(folder, 'sample.ts'), sample);
    await writeFile(join(folder, 'unhandled.ts'), withoutOneStatus(sample));
    await writeFile(join(folder, 'names.ts'), everyModel());
    for (const [name, options] of Object.entries(resolutions)) {
      const config = { compilerOptions: { ...common, ...options }, files: ['sample.ts', 'unhandled.ts', 'names.ts'] };
      await writeFile(join(folder, `${name}.json`), JSON.stringify(config));
    }
  }, 120_000);

  it.each(compilers)(
    'compiles in TypeScript %s where it is used rightly, and nowhere else',
    async (_, compiler) => {
      const check = async (name: string) => {
        const tsc = join(dirname(compiler), 'bin/tsc');
        return run(process.execPath, [tsc, '-p', `${name}.json`], { cwd: folder }).catch((error: unknown) => error);
      };
      const answers = await Promise.all(Object.keys(resolutions).map(check));
      for (const answer of answers) expect(answer).toMatchObject({ stdout: '', stderr: '' });
    },
    120_000,
  );
});

it('leaves the command tsc to the compiler of this repository', async () => {
  // An npm install that adds compilers to an older checkout may link theirs: `npm rebuild typescript` puts it right.
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  expect(await realpath(join(here, '../../node_modules/.bin/tsc'))).toBe(compiler);
});

/** What `npm install` would bring of a package's types: as `npm test` has built them just before, else built anew from the sources. */
async function install(folder: string, name: string): Promise<void> {
  const source = join(here, '..', name);
  const target = join(folder, 'node_modules/@moorline', name);
  await mkdir(target, { recursive: true });
  await copyFile(join(source, 'package.json'), join(target, 'package.json'));
  if (process.env['NX_TASK_TARGET_TARGET'] === 'test') {
    await cp(join(source, 'dist'), join(target, 'dist'), { recursive: true });
    return;
  }
  const tsup = join(dirname(require.resolve('tsup/package.json')), 'dist/cli-default.js');
  const built = ['--dts-only', '--no-clean', '--silent', '--out-dir', join(target, 'dist')];
  await run(process.execPath, [tsup, ...built], { cwd: source });
}

/** The sample with a `switch` that leaves a status out: the function may end without a text. */
function withoutOneStatus(sample: string): string {
  const without = sample.replace('    case 422:\n', '');
  expect(without).not.toBe(sample);
  return without.replace('export function handled', '// @ts-expect-error 422 is not handled\nexport function handled');
}

/** A program that imports every model of the document by its name. */
function everyModel(): string {
  const names = Object.keys(readDocument().definitions).map((name) => name.replace(/^\w+\./, '').replace('API', 'Api'));
  return `import type { ${names.join(', ')} } from '@moorline/cc-api';\nexport type All = [${names.join(', ')}];\n`;
}
