import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from './key.js';

/** What a column of the matrix is: a program, all declarations (for compilers), the apps' round trip, or a project of `examples/`. */
export type ProgramKind = 'program' | 'declarations' | 'apps' | 'example';

/** One column of the matrix: mostly one of `e2e/programs/`. */
export interface Program {
  /** Of the file, without its ending. */
  name: string;
  kind: ProgramKind;
  /** Its TypeScript. */
  text: string;
  /** {@link hashOf} its text and that of what it imports of its folder. */
  hash: string;
  /** The packages of this repository that it imports, by name. */
  packages: string[];
  /** Whether its own text needs `msw`, or a package that is imported needs an optional peer for it. */
  needsPeers: boolean;
  /** Whether it and what it uses claim to run in browsers. */
  isForBrowsers: boolean;
}

/** What claims to run in browsers: no socket, file or descriptor of Node in it. */
const forBrowsers = new Set([
  'core',
  'lineproto',
  'jobs',
  'job-mocks',
  'login-mocks',
  'rpc',
  'control',
  'control-mocks',
]);
/** What needs an optional peer that its text does not name: login() keeps its identity in SQLite. */
const withHiddenPeers = new Set(['login']);
/** What shows that optional peers are absent. */
export const onlyWithoutPeers = 'without-peers';
/** Beside the programs, and imported by them. */
export const sharedFile = 'check.ts';

/** @param folder `e2e/programs` */
export function readPrograms(folder: string): Program[] {
  const common = readFileSync(join(folder, sharedFile), 'utf8');
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== sharedFile);
  return files.sort().map((name) => {
    return describe(name.slice(0, -'.ts'.length), readFileSync(join(folder, name), 'utf8'), common);
  });
}

/** A program that does nothing but import every entry, so that compilers read all declarations. @param entries `@moorline/cc-api/server` */
export function declarationsProgram(entries: readonly string[]): Program {
  const text = entries.map((entry, index) => `export type * as entry${index} from '${entry}';\n`).join('');
  return { ...describe('declarations', text, ''), kind: 'declarations' };
}

/** The apps, started as a stranger starts them: see `rows/apps.ts`. */
export const appsProgram = (names: readonly string[]): Program => ({
  ...describe('apps', '', ''),
  kind: 'apps',
  packages: [...names],
});

function describe(name: string, text: string, common: string): Program {
  const imports = Array.from(text.matchAll(/ from '([^'.][^']*)'/g), ([, path = '']) => path);
  const packages = imports.filter((path) => path.startsWith('@moorline/')).map((path) => path.split('/', 2).join('/'));
  return {
    name,
    kind: 'program',
    text,
    hash: hashOf(text, common),
    packages: [...new Set(packages)].sort(),
    needsPeers: imports.includes('msw') || withHiddenPeers.has(name),
    isForBrowsers: forBrowsers.has(name),
  };
}
