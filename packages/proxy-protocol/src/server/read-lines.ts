import type { Readable } from 'node:stream';

/** A longer line is told in pieces, characters. */
const longestLine = 4096;

/** Calls back with each line of a text, without its end; failures of the stream end it quietly. */
export function readLines(stream: Readable, take: (line: string) => void): void {
  const decoder = new TextDecoder();
  let rest = '';
  stream.on('data', (chunk: Uint8Array) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
    for (; rest.length > longestLine; rest = rest.slice(longestLine)) take(rest.slice(0, longestLine));
  });
  stream.on('error', () => stream.destroy());
}
