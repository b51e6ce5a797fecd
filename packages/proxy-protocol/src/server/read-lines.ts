import type { Readable } from 'node:stream';

/** A longer line is told in pieces, characters. */
const longestLine = 4096;

/** Calls back with each line of a text, without its end; failures of the stream end it quietly. */
export function readLines(stream: Readable, take: (line: string) => void): void {
  const decoder = new TextDecoder();
  let rest = '';
  const takePieces = (line: string): string => {
    let from = 0;
    for (; line.length - from > longestLine; from += longestLine) take(line.slice(from, from + longestLine));
    return line.slice(from);
  };
  stream.on('data', (chunk: Uint8Array) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    const unfinished = lines.pop() ?? '';
    for (const line of lines) take(takePieces(line));
    rest = takePieces(unfinished);
  });
  stream.on('error', () => stream.destroy());
}
