import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runGroup } from '../process/run-group.js';
import type { Layout } from './layout.js';

/** How the page is built. */
export interface PageBuild {
  /** Where the build runs. */
  cwd: string;
  /** Arguments for Node that build it. */
  args: readonly string[];
  /** The file that the build writes last. */
  output: string;
  /** Files, and folders with all that is in them, that the page is made from. */
  sources: readonly string[];
}

export function pageBuild(root: string): PageBuild {
  const web = join(root, 'apps/web');
  const ofWeb = ['src', 'public', 'index.html', 'vite.config.ts', 'package.json'].map((name) => join(web, name));
  const packages = ['core', 'cc-api', 'control-api'].map((name) => join(root, 'packages', name, 'src'));
  return {
    cwd: web,
    args: [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
    output: join(web, 'dist/index.html'),
    sources: [...ofWeb, ...packages, join(root, 'package-lock.json')],
  };
}

/** Whether the page is missing, or older than anything that it is made from. */
export function isPageStale({ output, sources }: PageBuild): boolean {
  const builtAt = changedAt(output);
  return builtAt === undefined || sources.some((source) => newestIn(source) > builtAt);
}

/**
 * Builds the page where it has to be. A page that cannot be built keeps nobody from the rest.
 *
 * @returns whether there is an up-to-date page.
 */
export async function bringPageUp({ root, page }: Layout, options: PageOptions): Promise<boolean> {
  const { print, signal } = options;
  if (!isPageStale(page)) return true;
  print('Building the page …\n');
  const began = performance.now();
  const said: string[] = [];
  const code = await runGroup(process.execPath, page.args, {
    ...{ cwd: page.cwd, signal },
    env: { NODE_ENV: 'production' },
    onLine: (line) => said.push(line),
  });
  if (signal.aborted) return false;
  if (code === 0) {
    print(`The page is built (${((performance.now() - began) / 1000).toFixed(1)} s).\n`);
    return true;
  }
  const words = said.slice(-20).map((line) => `  ${line}`);
  print([`The page could not be built in ${relative(root, page.cwd)}:`, ...words, ''].join('\n'));
  return false;
}

export interface PageOptions {
  print: (text: string) => void;
  signal: AbortSignal;
}

function newestIn(path: string): number {
  const own = changedAt(path);
  if (own === undefined) return 0;
  if (!statSync(path).isDirectory()) return own;
  // A folder's own time tells of files that went.
  return Math.max(own, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}

/** Milliseconds; undefined where there is no such file. */
const changedAt = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.mtimeMs;
