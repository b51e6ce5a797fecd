import { isObject } from './is-object.js';

/** The versions of each facade, ascending, by its name. */
export type FacadeVersions = ReadonlyMap<string, readonly number[]>;

/** Reads the facades of a login's result; null counts as none, and what is no entry is left out. */
export function readFacades(value: unknown): FacadeVersions {
  const facades = new Map<string, readonly number[]>();
  for (const entry of Array.isArray(value) ? (value as readonly unknown[]) : []) {
    if (!isObject(entry) || typeof entry['name'] !== 'string') continue;
    const versions: unknown = entry['versions'];
    const numbers = Array.isArray(versions) ? versions.filter((version) => Number.isSafeInteger(version)) : [];
    facades.set(
      entry['name'],
      numbers.map(Number).sort((a, b) => a - b),
    );
  }
  return facades;
}

/**
 * The version to call: the highest that both ends have; 0 where there is none, and then calls carry no version
 * (docs/protocol.md §2.4).
 */
export function bestVersion(wanted: readonly number[], served: readonly number[]): number {
  return wanted.reduce((best, version) => (version > best && served.includes(version) ? version : best), 0);
}
