import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, type Outcome, pass, unavailable } from '../cell.js';
import { cachedPackage } from '../cached-package.js';
import { reasonOf, runCommand } from '../command.js';
import type { Program } from '../programs.js';
import type { MatrixContext, Row } from '../row.js';
import { sortDiagnostics } from './diagnostics.js';

/** The oldest that we support, one between, and the newest of each major version since. */
const compilers = ['5.0.4', '5.4.5', '5.9.3', '6.0.3', '7.0.2'] as const;

type Resolution = 'node16' | 'nodenext' | 'bundler' | 'node10';

/** `module` for each `moduleResolution`. */
const moduleOf: Record<Resolution, string> = {
  node16: 'node16',
  nodenext: 'nodenext',
  bundler: 'esnext',
  node10: 'commonjs',
};

/** Every compiler with every module resolution that it knows. */
export function typescriptRows(): Row[] {
  return compilers.flatMap((version) => {
    const resolutions: Resolution[] = ['node16', 'nodenext', 'bundler'];
    // TypeScript 6 deprecates node10, and 7 has it no more.
    if (version.startsWith('5.')) resolutions.push('node10');
    return resolutions.map((resolution) => typescriptRow(version, resolution));
  });
}

const typescriptRow = (version: string, resolution: Resolution): Row => ({
  name: `ts-${version.split('.', 2).join('.')}-${resolution}`,
  title: `TypeScript ${version}, moduleResolution ${resolution}`,
  environment: `typescript ${version}`,
  kinds: ['program', 'declarations'],
  excludes: () => undefined,
  async run(programs, context) {
    let compiler: string;
    try {
      compiler = join(await cachedPackage('typescript', version, context.signal), 'bin/tsc');
    } catch (error) {
      const reason = `TypeScript ${version} could not be fetched: ${error instanceof Error ? error.message : ''}`;
      return new Map(programs.map(({ name }) => [name, unavailable(reason)]));
    }
    return check(programs, { compiler, version, resolution }, context);
  },
});

interface Compiler {
  compiler: string;
  version: string;
  resolution: Resolution;
}

/** What every compiler has to find fault with: one that stops before it looks at types says nothing against them. */
const fault = { file: 'fault.ts', text: "export const fault: number = 'a text';\n" };

/**
 * Checks the programs, as ES modules and as CommonJS, with the declarations of all packages and nothing of browsers: ours need no DOM.
 * A project that does not look into declarations (`skipLibCheck`, as most) gets the same errors in its programs, so it is not compiled
 * once more. But the declarations of others are, with the DOM: msw's need it.
 */
async function check(
  programs: readonly Program[],
  using: Compiler,
  context: MatrixContext,
): Promise<Map<string, Outcome>> {
  const cwd = await context.folder('full');
  const found = await compile(programs, ['es2022'], using, cwd, context.signal);
  const { byProgram, ours, theirs } = sortDiagnostics(found, programs);
  const declarations = programs.filter(({ kind }) => kind === 'declarations');
  const withDom =
    theirs.length === 0 || declarations.length === 0
      ? []
      : await compile(declarations, ['es2022', 'dom', 'dom.iterable'], using, cwd, context.signal);
  const dom = sortDiagnostics(withDom, declarations);
  return new Map(
    programs.map(({ name, kind }) => {
      const own = byProgram.get(name) ?? [];
      if (kind === 'declarations') {
        const faults = [...own, ...ours, ...(dom.byProgram.get(name) ?? []), ...dom.ours];
        return [name, declarationsOutcome(faults, dom.theirs)];
      }
      return [name, own.length === 0 ? pass : fail(reasonOf(own))];
    }),
  );
}

/** Our declarations must compile whole; where those of others do not, that much can be said and no more. */
function declarationsOutcome(ours: readonly string[], theirs: readonly string[]): Outcome {
  if (ours.length > 0) return fail(reasonOf(ours));
  if (theirs.length === 0) return pass;
  const packages = new Set(theirs.flatMap((line) => /^\S*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(line)?.[1] ?? []));
  const reason = `declarations of ${[...packages].sort().join(', ')} need skipLibCheck here; ours do not`;
  return { ...unavailable(reason), isLasting: true };
}

/** @returns the compiler's errors. @throws Error where it stops before it looks at types. */
async function compile(
  programs: readonly Program[],
  lib: readonly string[],
  { compiler, version, resolution }: Compiler,
  cwd: string,
  signal: AbortSignal,
): Promise<string[]> {
  const config = {
    compilerOptions: {
      target: 'es2022',
      lib,
      types: ['node'],
      module: moduleOf[resolution],
      moduleResolution: resolution,
      strict: true,
      noEmit: true,
      esModuleInterop: true,
      skipLibCheck: false,
    },
    files: [fault.file, ...['esm', 'cjs'].flatMap((format) => programs.map(({ name }) => `${format}/${name}.ts`))],
  };
  writeFileSync(join(cwd, fault.file), fault.text);
  const file = join(cwd, `tsconfig.${version}.${resolution}.${lib.length}.json`);
  writeFileSync(file, JSON.stringify(config));
  const args = [compiler, '-p', file, '--pretty', 'false'];
  const { lines } = await runCommand(process.execPath, args, { cwd, signal, timeoutMs: 300_000 });
  const found = lines.filter((line) => !line.startsWith(`${fault.file}(`));
  if (found.length === lines.length) throw new Error(`it did not get as far as types: ${reasonOf(lines)}`);
  return found;
}
