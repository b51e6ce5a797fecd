import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The Go reference codec, built for this run. */
export interface Reference {
  /** Median nanoseconds of processor time of a round over `messages`. */
  run(work: 'decode' | 'json' | 'encode', messages: readonly Uint8Array[]): number;
  remove(): void;
}

/** @returns why there is none, where Go or its module is not to be had. */
export function buildReference(): Reference | string {
  const folder = mkdtempSync(join(tmpdir(), 'line-protocol-reference-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const go = (...args: string[]): void => {
    execFileSync('go', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], timeout: 300_000 });
  };
  try {
    copyFileSync(join(import.meta.dirname, 'reference/main.go'), join(folder, 'main.go'));
    copyFileSync(join(import.meta.dirname, 'reference/go.mod.txt'), join(folder, 'go.mod'));
    go('mod', 'tidy');
    go('build', '-o', 'reference', '.');
  } catch (error) {
    remove();
    const text = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return `the Go reference needs a Go toolchain and its module (${text})`;
  }
  return {
    run: (work, messages) => {
      const file = join(folder, 'messages');
      writeFileSync(file, Buffer.concat(messages.flatMap((message) => [lengthOf(message), message])));
      return Number(execFileSync(join(folder, 'reference'), [work, file, '7'], { encoding: 'utf8' }));
    },
    remove,
  };
}

function lengthOf(message: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(message.length);
  return length;
}
