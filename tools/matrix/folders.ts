import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, runWell } from './command.js';
import type { Program } from './programs.js';
import { writePrograms } from './write-programs.js';

/**
 * Folders as a stranger would have them.
 *
 * - `full`: all libraries with every optional peer
 * - `no-scripts`: the same, installed with `--ignore-scripts`
 * - `bare`: the libraries alone
 * - `apps`: server and agent
 */
export type FolderKind = 'full' | 'no-scripts' | 'bare' | 'apps';

/** A package as it was published. */
export interface Published {
  name: string;
  version: string;
  isApp: boolean;
  /** Range by name. */
  peers: Readonly<Record<string, string>>;
}

/** What every folder gets. */
export interface FolderOptions {
  /** Where it is made. */
  parent: string;
  /** The registry of `@moorline`; everything else comes from the usual one. */
  registry: string;
  packages: readonly Published[];
  programs: readonly Program[];
  /** Text of `check.ts`. */
  shared: string;
  /** Packages that the `bare` folder does not get. */
  leftOutOfBare: ReadonlySet<string>;
  signal: AbortSignal;
}

/** Beside the libraries in folders whose programs are type-checked. */
const typesOfNode = '@types/node@20.19.43';

/** Makes a folder, installs into it and writes the programs there. @throws Error when npm fails. */
export async function makeFolder(kind: FolderKind, options: FolderOptions): Promise<string> {
  const { packages, leftOutOfBare } = options;
  const libraries = packages.filter(({ isApp }) => !isApp);
  const specs: Record<FolderKind, () => string[]> = {
    full: () => [...libraries.map(exact), ...peersOf(libraries), typesOfNode],
    'no-scripts': () => [...libraries.map(exact), ...peersOf(libraries)],
    bare: () => libraries.filter(({ name }) => !leftOutOfBare.has(name)).map(exact),
    apps: () => packages.filter(({ isApp }) => isApp).map(exact),
  };
  const folder = await emptyFolder(kind, options);
  await install(folder, specs[kind](), options.signal, kind === 'no-scripts' ? ['--ignore-scripts'] : []);
  if (kind !== 'apps') await writePrograms(options.programs, options.shared, folder);
  return folder;
}

const exact = ({ name, version }: Published): string => `${name}@${version}`;

/** Every peer in the newest version that all who name it take. */
export function peersOf(packages: readonly Published[]): string[] {
  const ranges = new Map<string, Set<string>>();
  for (const [name, range] of packages.flatMap(({ peers }) => Object.entries(peers))) {
    ranges.set(name, (ranges.get(name) ?? new Set()).add(range));
  }
  return [...ranges].map(([name, wanted]) => `${name}@${[...wanted].join(' ')}`).sort();
}

/** Has a project get `@moorline` from that registry, and everything else from the usual one. */
export function useRegistry(folder: string, registry: string): void {
  writeFileSync(join(folder, '.npmrc'), `@moorline:registry=${registry}\naudit=false\nfund=false\n`);
}

/** A project with nothing in it but where `@moorline` comes from. */
export async function emptyFolder(
  name: string,
  { parent, registry }: Pick<FolderOptions, 'parent' | 'registry'>,
): Promise<string> {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name: 'stranger', private: true }, undefined, 2)}\n`);
  useRegistry(folder, registry);
  return folder;
}

/** @throws Error when npm fails. */
export async function install(
  folder: string,
  specs: readonly string[],
  signal: AbortSignal,
  flags: readonly string[] = [],
): Promise<void> {
  const [command, ...args] = npm();
  const options = { cwd: folder, signal, timeoutMs: 600_000 };
  await runWell(command, [...args, 'install', '--prefer-offline', ...flags, ...specs], options);
}
