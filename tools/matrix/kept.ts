import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isObject, readJson } from '../repo/json.js';
import { type Outcome, pass, unavailable } from './cell.js';

/** Days after which an outcome that nobody asked for any more is forgotten. */
const keptDays = 30;

interface Kept {
  /** Milliseconds since 1970. */
  lastUse: number;
  /** Why it is not available; absent where it passed. */
  reason?: string;
}

/** What came out of cells in earlier runs, by key: that they passed, or are not available for a reason that lasts. */
export class KeptCells {
  readonly #file: string;
  readonly #cells: Map<string, Kept>;
  readonly #now: number;

  /** @param now milliseconds since 1970 */
  constructor(file: string, now: number) {
    const kept = existsSync(file) ? readJson(file)['cells'] : undefined;
    const cells = Object.entries(isObject(kept) ? kept : {}).flatMap(([key, cell]): [string, Kept][] => {
      if (!isObject(cell)) return [];
      const { lastUse, reason } = cell;
      return [[key, { lastUse: Number(lastUse), ...(typeof reason === 'string' ? { reason } : {}) }]];
    });
    this.#cells = new Map(cells.filter(([, { lastUse }]) => now - lastUse < keptDays * 86_400_000));
    this.#file = file;
    this.#now = now;
  }

  get(key: string): Outcome | undefined {
    const cell = this.#cells.get(key);
    if (cell === undefined) return undefined;
    cell.lastUse = this.#now;
    return cell.reason === undefined ? pass : unavailable(cell.reason);
  }

  /** Keeps an outcome that would be the same again; others are forgotten. */
  add(key: string, outcome: Outcome): void {
    if (outcome.status === 'pass') this.#cells.set(key, { lastUse: this.#now });
    else if (outcome.status === 'unavailable' && outcome.isLasting === true) {
      this.#cells.set(key, { lastUse: this.#now, reason: outcome.reason });
    }
  }

  save(): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify({ cells: Object.fromEntries(this.#cells) }));
  }
}
