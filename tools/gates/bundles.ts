import { gzipSync } from 'node:zlib';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../repo/json.js';
import type { StagedEntry, StagedPackage } from './staged.js';

/**
 * Bytes of an entry as a page would load them: bundled with what it takes of other Moorline packages, minified, gzipped. Third-party
 * packages are not in it, as a user may have them anyway.
 */
export async function entrySize({ module }: StagedEntry): Promise<number | undefined> {
  if (module === undefined) return undefined;
  const plugin: Plugin = {
    name: 'third-party',
    setup(context) {
      context.onResolve({ filter: /^[^./]/ }, ({ path }) =>
        path.startsWith('@moorline/') ? undefined : { path, external: true },
      );
    },
  };
  return gzipSync(await bundle({ entryPoints: [module], minify: true, plugins: [plugin] }), { level: 9 }).length;
}

/**
 * What is left of a page that imports an entry and uses nothing of it: nothing, where the package says `sideEffects: false` and its
 * own files do not need each other's effects.
 */
async function unusedRest({ folder, manifest }: StagedPackage, module: string): Promise<string> {
  const own: Plugin = {
    name: 'own',
    setup(context) {
      const found = { path: module, sideEffects: manifest['sideEffects'] !== false };
      context.onResolve({ filter: /^own$/ }, () => found);
    },
  };
  const stdin = { contents: "import * as unused from 'own';", resolveDir: folder };
  return (await bundle({ stdin, plugins: [own], packages: 'external' })).toString().trim();
}

/** The budgets of a package, bytes by entry: `etc/size-budget.json`. */
export function budgetsOf(etc: string): Record<string, number> {
  const path = join(etc, 'size-budget.json');
  if (!existsSync(path)) return {};
  return Object.fromEntries(Object.entries(readJson(path)).map(([entry, bytes]) => [entry, Number(bytes)]));
}

export async function sizeProblems(staged: StagedPackage, budgets: Record<string, number>): Promise<string[]> {
  const problems: string[] = [];
  for (const entry of staged.entries) {
    const bytes = await entrySize(entry);
    if (bytes === undefined) continue;
    const budget = budgets[entry.path];
    if (budget === undefined)
      problems.push(`${entry.path} has no budget in etc/size-budget.json; it is ${bytes} bytes`);
    else if (bytes > budget) {
      problems.push(
        `${entry.path} is ${bytes} bytes, over its budget of ${budget}; make it smaller, or raise the budget in etc/size-budget.json and say why`,
      );
    }
  }
  const entries = new Set(staged.entries.map(({ path }) => path));
  for (const path of Object.keys(budgets)) {
    if (!entries.has(path)) problems.push(`etc/size-budget.json names ${path}, which is no entry`);
  }
  return problems;
}

export async function sideEffectProblems(staged: StagedPackage): Promise<string[]> {
  const problems: string[] = [];
  for (const entry of staged.entries) {
    if (entry.module === undefined) continue;
    const rest = await unusedRest(staged, entry.module);
    if (rest !== '')
      problems.push(`${entry.path}: a bundle that uses nothing of it is not empty: ${rest.slice(0, 200)}`);
  }
  return problems;
}

async function bundle(options: BuildOptions): Promise<Buffer> {
  const { outputFiles } = await build({
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import'],
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
    ...options,
  });
  return Buffer.from(outputFiles?.[0]?.contents ?? []);
}
