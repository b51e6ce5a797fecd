import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isObject, readJson } from '../repo/json.js';

/** Days after which a pass that nobody asked for any more is forgotten. */
const keptDays = 30;

/** The cells that passed in earlier runs, by key: all that is needed is when they were last of use. */
export class KeptCells {
  readonly #file: string;
  readonly #lastUse: Map<string, number>;
  readonly #now: number;

  /** @param now milliseconds since 1970 */
  constructor(file: string, now: number) {
    const kept = existsSync(file) ? readJson(file)['passed'] : undefined;
    const times = Object.entries(isObject(kept) ? kept : {}).map(([key, time]): [string, number] => [
      key,
      Number(time),
    ]);
    this.#lastUse = new Map(times.filter(([, time]) => now - time < keptDays * 86_400_000));
    this.#file = file;
    this.#now = now;
  }

  has(key: string): boolean {
    if (!this.#lastUse.has(key)) return false;
    this.#lastUse.set(key, this.#now);
    return true;
  }

  add(key: string): void {
    this.#lastUse.set(key, this.#now);
  }

  save(): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify({ passed: Object.fromEntries(this.#lastUse) }));
  }
}
