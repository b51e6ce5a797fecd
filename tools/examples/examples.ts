import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject, readJson } from '../repo/json.js';

/** A project of `examples/`, as somebody starts theirs: no workspace of this repository, and installed for itself. */
export interface Example {
  /** Of its folder: `enrol-gpud`. */
  name: string;
  /** Absolute. */
  folder: string;
  manifest: JsonObject;
  /** The packages of this repository that it depends on. */
  packages: string[];
}

/** The projects of a checkout's `examples/`, by name. */
export function readExamples(root: string): Example[] {
  const parent = join(root, 'examples');
  const names = readdirSync(parent).filter((name) => existsSync(join(parent, name, 'package.json')));
  return names.sort().map((name) => {
    const folder = join(parent, name);
    const manifest = readJson(join(folder, 'package.json'));
    const packages = dependenciesOf(manifest).filter((one) => one.startsWith('@moorline/'));
    return { name, folder, manifest, packages };
  });
}

/** What a package.json names as a dependency, of whatever kind. */
export const dependenciesOf = (manifest: JsonObject): string[] =>
  ['dependencies', 'devDependencies'].flatMap((kind) => (isObject(manifest[kind]) ? Object.keys(manifest[kind]) : []));

/** What its commands make in a project; nothing of it belongs to it. */
const made = new Set(['node_modules', 'dist', 'mocks', 'data']);

/** What belongs to a project of its own files. @param path from its folder on */
export const isOwn = (path: string): boolean => !made.has(path.split(/[\\/]/, 1)[0] ?? '');

/** Copies a project without what its commands made. */
export function copyExample({ folder }: Example, into: string): void {
  cpSync(folder, into, { recursive: true, filter: (path) => path === folder || isOwn(path.slice(folder.length + 1)) });
}
