import { randomFillSync } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';

/**
 * Space that is given back when the disk is full. One half lets a last few job events in; the other is for taking entries off,
 * which writes too (to the write-ahead log, then to the file), so that a spool on a full disk could never be emptied without it.
 */
export class Reserve {
  readonly #path: string;

  constructor(spoolPath: string) {
    this.#path = `${spoolPath}-reserve`;
  }

  /** Takes the space, or half of it where there is no more; a full disk is no error here. */
  fill(): void {
    if (!this.#fillTo(reserveBytes) && !this.#fillTo(reserveBytes / 2)) this.free();
  }

  /** Gives half of it back. @returns whether there was more than half. */
  freeHalf(): boolean {
    if (this.#size() <= reserveBytes / 2) return false;
    truncateSync(this.#path, reserveBytes / 2);
    return true;
  }

  /** @returns whether there was space to give back. */
  free(): boolean {
    const wasThere = this.#size() > 0;
    rmSync(this.#path, { force: true });
    return wasThere;
  }

  #fillTo(bytes: number): boolean {
    const had = this.#size();
    if (had >= bytes) return true;
    try {
      const descriptor = openSync(this.#path, 'a', 0o600);
      try {
        // Random, so that a file system that compresses really sets the space aside.
        if (writeSync(descriptor, randomFillSync(new Uint8Array(bytes - had))) === bytes - had) {
          fsyncSync(descriptor);
          return true;
        }
      } finally {
        closeSync(descriptor);
      }
    } catch {
      // No more space: back to what it was.
    }
    if (had > 0) truncateSync(this.#path, had);
    else this.free();
    return false;
  }

  #size(): number {
    return statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
  }
}

/** Each half is more than the write-ahead log of a spool, which is folded every {@link walPages} pages, plus one transaction. */
const reserveBytes = 1 << 20;

/** Pages of 4 KiB. */
export const walPages = 64;
