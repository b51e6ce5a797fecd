import { randomFillSync } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs';

/**
 * Space that is given back when the disk is full. Taking an entry off the spool writes too (to the write-ahead log, then to
 * the file), so that a spool on a full disk could never be emptied without it.
 */
export class Reserve {
  readonly #path: string;

  constructor(spoolPath: string) {
    this.#path = `${spoolPath}-reserve`;
  }

  /** Takes the space if there is some; a full disk is no error here. */
  fill(): void {
    try {
      if (statSync(this.#path, { throwIfNoEntry: false })?.size === reserveBytes) return;
      const descriptor = openSync(this.#path, 'w', 0o600);
      try {
        // Random, so that a file system that compresses really sets the space aside.
        writeSync(descriptor, randomFillSync(new Uint8Array(reserveBytes)));
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
    } catch {
      this.free();
    }
  }

  /** @returns whether there was space to give back. */
  free(): boolean {
    const wasThere = statSync(this.#path, { throwIfNoEntry: false }) !== undefined;
    rmSync(this.#path, { force: true });
    return wasThere;
  }
}

/** More than the write-ahead log of a spool, which is folded every {@link walPages} pages, plus one transaction. */
export const reserveBytes = 1 << 20;

/** Pages of 4 KiB. */
export const walPages = 64;
