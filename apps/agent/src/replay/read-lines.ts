import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AgentError } from '../agent-error.js';

/** Longest line that is kept whole: a file without line ends must not fill the memory. */
const longestLine = 64 * 1024;

/**
 * The lines of a text file, packed with gzip or not (told by its first bytes, not by its name), as a stream. A line
 * longer than 64 Ki characters is cut.
 *
 * @throws AgentError `log_unreadable`.
 */
export async function* readLines(path: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of await openText(path)) {
      const lines = (rest + String(chunk)).split('\n');
      rest = (lines.pop() ?? '').slice(0, longestLine);
      for (const line of lines) yield line.slice(0, longestLine);
    }
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error), error);
  }
  if (rest !== '') yield rest;
}

export const unreadable = (path: string, reason: string, cause?: unknown): AgentError =>
  new AgentError(`cannot read ${path}: ${reason}`, {
    code: 'log_unreadable',
    hint: 'give a log in the Standard Workload Format, plain or packed with gzip',
    cause,
  });

async function openText(path: string): Promise<Readable> {
  const isPacked = await startsWithGzip(path);
  const file = createReadStream(path);
  if (!isPacked) return file.setEncoding('utf8');
  const unpacked = createGunzip();
  file.once('error', (error) => unpacked.destroy(error));
  unpacked.once('close', () => file.destroy());
  return file.pipe(unpacked).setEncoding('utf8');
}

async function startsWithGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
