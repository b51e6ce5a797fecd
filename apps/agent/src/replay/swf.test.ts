import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSwf } from './read-swf.js';
import { parseSwfHeader } from './swf-header.js';
import { isSwfDefect, jobStateOf, parseSwfRecord, type SwfDefect, type SwfRecord } from './swf-record.js';

const line = '57 25574 3 10 4 -1 -1 8 60 -1 1 4 2 7 1 3 -1 -1';

describe('parseSwfRecord', () => {
  it('reads the columns of a job', () => {
    expect(parseSwfRecord(line, 9)).toEqual({
      line: 9,
      jobNumber: 57,
      submitTime: 25574,
      waitTime: 3,
      runTime: 10,
      processors: 4,
      requestedTime: 60,
      status: 1,
      user: 4,
      group: 2,
      executable: 7,
      queue: 1,
      partition: 3,
    });
  });

  it('takes the processors asked for where none are said to be allotted, and zero for unknown times', () => {
    const record = parseSwfRecord('1 0 -1 -1 -1 0.25 -1 16 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1.5', 1);
    expect(record).toMatchObject({ processors: 16, waitTime: 0, runTime: 0, requestedTime: undefined, status: -1 });
  });

  it.each([
    ['1 2 3', '3 columns instead of 18'],
    [`${line} 5`, '19 columns instead of 18'],
    [line.replace('25574', '2557x'), 'column 2 is "2557x", not a number'],
    [line.replace('57 ', '-1 '), 'job number -1'],
    [line.replace('25574', '-4'), 'submit time -4'],
    ['1 0 -1 5 0 -1 -1 -1 -1 -1 -1 1 1 -1 -1 -1 -1 -1', 'no number of processors'],
    [line.replace(' 10 ', ' 9999999999 '), 'a time of more than 68 years'],
  ])('refuses %j: %s', (text, problem) => {
    expect(parseSwfRecord(text, 4)).toEqual({ line: 4, problem });
  });

  it('gives a whole job or a defect for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.oneof(fc.integer(), fc.double()), { minLength: 18, maxLength: 18 }).map((n) => n.join(' ')),
        ),
        (text) => {
          const record = parseSwfRecord(text, 1);
          if (isSwfDefect(record)) return;
          expect(record.processors).toBeGreaterThanOrEqual(1);
          for (const value of [record.submitTime, record.waitTime, record.runTime, record.jobNumber]) {
            expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
          }
        },
      ),
    );
  });

  it.each([
    [-1, 'completed'],
    [0, 'failed'],
    [1, 'completed'],
    [2, 'preempted'],
    [3, 'completed'],
    [4, 'failed'],
    [5, 'cancelled'],
    [17, 'completed'],
  ])('takes status %i as %s', (status, state) => {
    expect(jobStateOf(status)).toBe(state);
  });
});

describe('parseSwfHeader', () => {
  it('reads what the machine was', () => {
    const header = parseSwfHeader([
      '; Version: 2.2',
      '; MaxNodes: 128 (see note)',
      ';',
      '; MaxProcs: 256',
      '; UnixStartTime: 749458803',
      '; Note: a',
      '; Note: b',
    ]);
    expect(header).toMatchObject({ maxNodes: 128, maxProcs: 256, unixStartTime: 749458803 });
    expect(header.fields.get('Note')).toBe('a');
  });

  it('knows nothing of a log without header, or with numbers that cannot be', () => {
    expect(parseSwfHeader(['; MaxNodes: 0', '; UnixStartTime: -1'])).toMatchObject({
      maxNodes: undefined,
      unixStartTime: 0,
    });
  });
});

describe('openSwf', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'moorline-swf-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const job = (number: number, status = 1) => line.replace('57 ', `${number} `).replace(/-1 1 4 2/, `-1 ${status} 4 2`);
  const text = ['; MaxNodes: 8', '', job(1), 'nonsense', '; a note', job(2), job(1), job(2, 3), ''].join('\r\n');
  const read = async (content: string | Buffer): Promise<(SwfRecord | SwfDefect)[]> => {
    const path = join(folder, 'log');
    writeFileSync(path, content);
    const log = await openSwf(path);
    expect(log.header.maxNodes).toBe(8);
    return collect(log.records);
  };

  it('reads jobs and defects with the numbers of their lines', async () => {
    const records = await read(text);
    expect(records.map((record) => ('problem' in record ? record : [record.line, record.jobNumber]))).toEqual([
      [3, 1],
      { line: 4, problem: '1 columns instead of 18' },
      [6, 2],
      { line: 7, problem: 'job 1 was on line 3 already' },
    ]);
  });

  it('reads a packed log the same, whatever its name', async () => {
    expect(await read(gzipSync(text))).toEqual(await read(text));
  });

  it('says which file cannot be read: absent, a folder, cut off in the middle', async () => {
    await expect(openSwf(join(folder, 'absent'))).rejects.toMatchObject({ code: 'log_unreadable' });
    await expect(openSwf(folder)).rejects.toMatchObject({ code: 'log_unreadable' });
    const many = Array.from({ length: 5000 }, (_, number) => job(number + 1)).join('\n');
    await expect(read(gzipSync(`; MaxNodes: 8\n${many}`).subarray(0, -4000))).rejects.toMatchObject({
      code: 'log_unreadable',
    });
  });

  it('cuts a line without end instead of keeping it', async () => {
    const records = await read(`; MaxNodes: 8\n${job(1)}\n${'7 '.repeat(3_000_000)}\n${job(2)}`);
    expect(records.map((record) => record.line)).toEqual([2, 3, 4]);
  });
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
