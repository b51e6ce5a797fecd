import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The kernel's text files (`/proc`, `/sys`) as the collectors and the topology read them. */
export interface KernelFiles {
  /** The file's text; undefined where this machine does not show it to this user. */
  read(path: string): Promise<string | undefined>;
  /** Names in a folder, sorted; empty where it does not exist. */
  list(path: string): Promise<string[]>;
}

/**
 * @param root what stands for `/`: a folder of fixtures in tests. Default `/`.
 */
export function createKernelFiles(root = '/'): KernelFiles {
  return {
    async read(path) {
      try {
        return await readFile(join(root, path), 'utf8');
      } catch {
        // Absent, forbidden (RAPL is root's alone since 2020), or refused by the driver (a parked sensor): all mean "not shown".
        return undefined;
      }
    },
    async list(path) {
      try {
        return (await readdir(join(root, path))).sort();
      } catch {
        return [];
      }
    },
  };
}

/** A whole number in a file of its own, as sysfs writes them; undefined where there is none. */
export function parseWholeNumber(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  return /^-?\d+$/.test(trimmed) ? Number(trimmed) : undefined;
}
