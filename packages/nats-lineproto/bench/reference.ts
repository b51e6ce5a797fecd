import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildInTemporaryFolder } from './temporary-build.js';

/** The Go reference codec, built for this run. */
export interface Reference {
  /** Median nanoseconds of processor time of a round over `messages`. @param rounds Default 7. */
  run(work: 'decode' | 'json' | 'encode', messages: readonly Uint8Array[], rounds?: number): number;
  remove(): void;
}

/** @returns why there is none, where Go or its module is not to be had. */
export function buildReference(): Reference | string {
  const build = buildInTemporaryFolder('the Go reference needs a Go toolchain and its module', ({ copy, run }) => {
    copy('reference/main.go', 'main.go');
    copy('reference/go.mod.txt', 'go.mod');
    run('go', 'mod', 'tidy');
    run('go', 'build', '-o', 'reference', '.');
  });
  if (typeof build === 'string') return build;
  const { folder, remove } = build;
  return {
    run: (work, messages, rounds = 7) => {
      const file = join(folder, 'messages');
      writeFileSync(file, Buffer.concat(messages.flatMap((message) => [lengthOf(message), message])));
      return Number(execFileSync(join(folder, 'reference'), [work, file, String(rounds)], { encoding: 'utf8' }));
    },
    remove,
  };
}

function lengthOf(message: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(message.length);
  return length;
}
