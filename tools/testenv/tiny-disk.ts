import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Whether this process may make file systems: only root of the machine can. */
export const canMount = probe();

/** A small file system. */
export interface TinyDisk {
  folder: string;
  /** Takes every byte that is left. */
  fill(): void;
  /** Gives back what {@link fill} took. */
  empty(): void;
}

/** An empty file system of that many KiB, gone with the test. */
export function tinyDisk(kib: number): TinyDisk {
  const folder = mkdtempSync(join(tmpdir(), 'moorline-disk-'));
  mount(folder, kib);
  onTestFinished(() => unmount(folder));
  const filler = join(folder, 'filler');
  return {
    folder,
    fill() {
      const file = openSync(filler, 'a');
      try {
        for (;;) writeSync(file, Buffer.alloc(4096, 1));
      } catch {
        // It is full.
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(filler, { force: true }),
  };
}

function probe(): boolean {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return false;
  const folder = mkdtempSync(join(tmpdir(), 'moorline-disk-'));
  try {
    mount(folder, 64);
    return true;
  } catch {
    return false;
  } finally {
    unmount(folder);
  }
}

function mount(folder: string, kib: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', folder], { stdio: 'pipe' });
}

function unmount(folder: string): void {
  try {
    execFileSync('umount', ['-l', folder], { stdio: 'pipe' });
  } catch {
    // It was never mounted.
  }
  rmSync(folder, { recursive: true, force: true });
}
