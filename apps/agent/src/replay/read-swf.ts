import { readLines } from './read-lines.js';
import { parseSwfHeader, type SwfHeader } from './swf-header.js';
import { isBurst, isSwfDefect, parseSwfRecord, type SwfDefect, type SwfRecord } from './swf-record.js';

/** A log that is being read. */
export interface SwfLog {
  header: SwfHeader;
  /** Jobs and defects in the order of the file; can be gone through once. */
  records: AsyncGenerator<SwfRecord | SwfDefect>;
}

/**
 * Opens a log and reads its header: the comment lines before the first job. The jobs are streamed.
 *
 * @throws AgentError `log_unreadable`, here or while the records are read.
 */
export async function openSwf(path: string): Promise<SwfLog> {
  const lines = numbered(readLines(path));
  const comments: string[] = [];
  for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
    if (next.value.text.startsWith(';')) comments.push(next.value.text);
    else return { header: parseSwfHeader(comments), records: readRecords(next.value, lines) };
  }
  return { header: parseSwfHeader(comments), records: readRecords(undefined, lines) };
}

interface Line {
  number: number;
  text: string;
}

/** Lines that say something, with their numbers. */
async function* numbered(lines: AsyncIterable<string>): AsyncGenerator<Line> {
  let number = 0;
  for await (const line of lines) {
    number++;
    const text = line.trim();
    if (text !== '') yield { number, text };
  }
}

async function* readRecords(first: Line | undefined, rest: AsyncIterable<Line>): AsyncGenerator<SwfRecord | SwfDefect> {
  const lineOf = new Map<number, number>();
  const read = ({ number, text }: Line): SwfRecord | SwfDefect | undefined => {
    const record = parseSwfRecord(text, number);
    if (isSwfDefect(record)) return record;
    const before = lineOf.get(record.jobNumber);
    if (before === undefined) lineOf.set(record.jobNumber, number);
    else if (isBurst(record.status)) return undefined;
    else return { line: number, problem: `job ${record.jobNumber} was on line ${before} already` };
    return record;
  };
  const firstRecord = first === undefined ? undefined : read(first);
  if (firstRecord !== undefined) yield firstRecord;
  for await (const line of rest) {
    if (line.text.startsWith(';')) continue;
    const record = read(line);
    if (record !== undefined) yield record;
  }
}
