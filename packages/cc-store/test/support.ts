import { spawn, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { openStore, type Store, type StoreOptions } from '@moorline/cc-store';
import { onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { demo } from './fixtures.js';

export * from './fixtures.js';
export { temporaryFolder };

// Real files and processes on a machine that others use too: a hang is told from a slow run by a long limit.
vi.setConfig({ testTimeout: 60_000 });

/** A store in a folder of its own, with the cluster `demo`; closed with the test. */
export async function demoStore(options: Partial<StoreOptions> = {}): Promise<Store> {
  const path = options.path ?? join(temporaryFolder(), 'store.db');
  const store = await openStore({ ...options, path });
  onTestFinished(() => store.close());
  await store.clusters.putCluster(demo);
  return store;
}

/** A program of `test/children`, run from source. */
export interface Child {
  readonly process: ChildProcess;
  /** The lines that it printed up to now. */
  readonly lines: readonly string[];
  /** Resolves when it has printed a line that passes. */
  line(test: (line: string) => boolean): Promise<string>;
  /** Resolves when it ended, with its exit code or the signal's name. */
  readonly ended: Promise<number | string>;
}

export function startChild(name: string, ...parameters: string[]): Child {
  const program = resolve(import.meta.dirname, 'children', `${name}.ts`);
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@moorline/source', program, ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: resolve(import.meta.dirname, '..'),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const ended = new Promise<number | string>((done) => child.on('close', (code, signal) => done(code ?? signal ?? '')));
  return {
    process: child,
    lines,
    ended,
    line: (test) =>
      new Promise((done, fail) => {
        const look = () => {
          const found = lines.find(test);
          if (found === undefined) return;
          waiting.delete(look);
          done(found);
        };
        waiting.add(look);
        look();
        void ended.then((how) => fail(new Error(`${name} ended (${how}) before it printed what was waited for`)));
      }),
  };
}
