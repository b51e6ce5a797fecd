import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync } from 'node:fs';

/** Opens a new log for appending; the one of the start before stays beside it as `x.previous.log`. */
export function openLog(file: string): number {
  if (existsSync(file)) renameSync(file, file.replace(/\.log$/, '.previous.log'));
  return openSync(file, 'a');
}

/** The last lines of a log, at most `count`, read from its end. */
export function lastLines(file: string, count = 20): string[] {
  const log = openSync(file, 'r');
  try {
    const { size } = fstatSync(log);
    const tail = Buffer.alloc(Math.min(size, 32 * 1024));
    readSync(log, tail, 0, tail.length, size - tail.length);
    return tail.toString().trimEnd().split('\n').slice(-count);
  } finally {
    closeSync(log);
  }
}
