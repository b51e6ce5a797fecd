import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, type Entry } from '../src/index.js';

/** A text, in base64 as all texts of the file, and what the reference decoder makes of it. */
export interface Vector {
  id: string;
  b64: string;
  defaultTime: string;
  expect: (ExpectedPoint | ExpectedError)[];
}

export interface ExpectedPoint {
  name: string;
  tags: [key: string, value: string][];
  fields: [key: string, kind: string, value: string][];
  time: string;
}

export interface ExpectedError {
  line: number;
  col: number;
  stage: string;
  msg: string;
}

/** @param folder what `sharedFolder` of tools/testenv found. */
export function readVectors(folder: string): Vector[] {
  const lines = readFileSync(join(folder, 'vectors/nats-lineproto/cases.ndjson'), 'utf8').trimEnd().split('\n');
  return lines.map((line): Vector => JSON.parse(line));
}

/** What our decoder makes of the text, as the vectors say it. */
export function decodeVector({ b64, defaultTime }: Vector): (ExpectedPoint | ExpectedError)[] {
  return [...decode(Buffer.from(b64, 'base64'), { defaultTime: BigInt(defaultTime) })].map(toExpected);
}

function toExpected(entry: Entry): ExpectedPoint | ExpectedError {
  if (entry.type === 'error') return { line: entry.line, col: entry.column, stage: entry.kind, msg: entry.reason };
  return {
    name: base64(entry.measurement),
    tags: entry.tags.map(({ key, value }) => [base64(key), base64(value)]),
    fields: entry.fields.map(({ key, kind, value }) => [
      base64(key),
      kind === 'boolean' ? 'bool' : kind,
      kind === 'string' ? base64(value) : numberText(value),
    ]),
    time: String(entry.time),
  };
}

/** What is expected of {@link decodeVector}. Floats are compared by value: their shortest texts differ between languages. */
export function expectedOf({ expect }: Vector): (ExpectedPoint | ExpectedError)[] {
  return expect.map(normalize);
}

function normalize(expected: ExpectedPoint | ExpectedError): ExpectedPoint | ExpectedError {
  if ('stage' in expected) return expected;
  const fields = expected.fields.map(([key, kind, value]): [string, string, string] => [
    key,
    kind,
    kind === 'float' ? numberText(Number(value)) : value,
  ]);
  return { ...expected, fields };
}

function numberText(value: number | bigint | boolean | string): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
