import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../repo/workspaces.js';

/** One benchmark program. */
export interface BenchFile {
  /** `cc-store/ingest` */
  name: string;
  /** Absolute. */
  file: string;
}

/** Every `bench/*.bench.ts` of the workspaces. */
export function benchFiles(workspaces: readonly Workspace[]): BenchFile[] {
  return workspaces.flatMap(({ folder, shortName }) => {
    const bench = join(folder, 'bench');
    const names = existsSync(bench) ? readdirSync(bench).filter((name) => name.endsWith('.bench.ts')) : [];
    return names.sort().map((name) => ({
      name: `${shortName}/${name.slice(0, -'.bench.ts'.length)}`,
      file: join(bench, name),
    }));
  });
}

/**
 * Those whose workspace or file is named; all of them without a name.
 *
 * @throws RangeError when a name matches none, listing what there is.
 */
export function selectBenches(all: readonly BenchFile[], names: readonly string[]): BenchFile[] {
  for (const wanted of names) {
    if (all.some(({ name }) => matches(name, wanted))) continue;
    throw new RangeError(
      `no benchmark ${JSON.stringify(wanted)}; there are: ${all.map(({ name }) => name).join(', ')}`,
    );
  }
  return names.length === 0 ? [...all] : all.filter(({ name }) => names.some((wanted) => matches(name, wanted)));
}

const matches = (name: string, wanted: string): boolean => name === wanted || name.split('/').includes(wanted);
