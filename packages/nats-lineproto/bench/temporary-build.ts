import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder with something that a benchmark measures against, and that the project does not depend on. */
export interface TemporaryBuild {
  readonly folder: string;
  /** @param source from `bench/`. */
  copy(source: string, name: string): void;
  /** Runs a program in the folder, for five minutes at most. */
  run(program: string, ...args: string[]): void;
  remove(): void;
}

/** @returns why there is none, where `make` throws: `needs`, and the first line of what was thrown. */
export function buildInTemporaryFolder(needs: string, make: (build: TemporaryBuild) => void): TemporaryBuild | string {
  const folder = mkdtempSync(join(tmpdir(), 'moorline-bench-'));
  const build: TemporaryBuild = {
    folder,
    copy: (source, name) => copyFileSync(join(import.meta.dirname, source), join(folder, name)),
    run: (program, ...args) =>
      void execFileSync(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], timeout: 300_000 }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  try {
    make(build);
    return build;
  } catch (error) {
    build.remove();
    const text = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return `${needs} (${text})`;
  }
}
