import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A hash over texts; where one ends and the next begins counts too. */
export function hashOf(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}

/** A hash over the names and contents of files below a folder. @param isCounted gets their paths from it on */
export function hashOfFolder(folder: string, isCounted: (path: string) => boolean): string {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const counted = files.map((file) => relative(folder, file)).filter(isCounted);
  return hashOf(...counted.sort().flatMap((path) => [path, readFileSync(join(folder, path), 'base64')]));
}

/** What a cell's outcome depends on. While all of it stays, so does the outcome. */
export interface CellInputs {
  row: string;
  /** Versions of what runs the program: the runtime, the compiler, the bundler and browser. */
  environment: string;
  /** {@link hashOf} the program and what it imports of its folder. */
  program: string;
  /** Hashes by name of the packages that the program uses, those that these use included. */
  packages: ReadonlyMap<string, string>;
  /** {@link hashOfFolder} the sources of the matrix itself. */
  runner: string;
}

export function cellKey({ row, environment, program, packages, runner }: CellInputs): string {
  const pairs = [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).flat();
  return hashOf(row, environment, program, runner, ...pairs);
}
