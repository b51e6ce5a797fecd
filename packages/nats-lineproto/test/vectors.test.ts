import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../../../tools/testenv/shared.js';
import { decode, type Entry } from '../src/index.js';

interface Vector {
  id: string;
  b64: string;
  defaultTime: string;
  expect: (ExpectedPoint | ExpectedError)[];
}

interface ExpectedPoint {
  name: string;
  tags: [key: string, value: string][];
  fields: [key: string, kind: string, value: string][];
  time: string;
}

interface ExpectedError {
  line: number;
  col: number;
  stage: string;
  msg: string;
}

const shared = sharedFolder();
const vectors = shared === undefined ? [] : readVectors(shared);

describe.skipIf(shared === undefined)('the labelled cases of the reference decoder', () => {
  it('are all there', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(135);
  });

  it.each(vectors)('#$id is read as labelled, positions and words of errors included', (vector) => {
    const entries = [...decode(Buffer.from(vector.b64, 'base64'), { defaultTime: BigInt(vector.defaultTime) })];
    expect(entries.map(toExpected)).toEqual(vector.expect.map(normalize));
  });
});

function readVectors(folder: string): Vector[] {
  const lines = readFileSync(join(folder, 'vectors/nats-lineproto/cases.ndjson'), 'utf8').trimEnd().split('\n');
  return lines.map((line): Vector => JSON.parse(line));
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

/** Floats are compared by value: their shortest texts differ between languages. */
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
