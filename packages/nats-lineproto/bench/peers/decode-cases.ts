import { isDeepStrictEqual } from 'node:util';
import { decodeVector, type ExpectedPoint, expectedOf, type Vector } from '../../test/vectors.js';
import type { PeerDecoder, PeerPoint } from './peer.js';

/** How many of the labelled cases our decoder gets right: values, kinds, times, positions and words of errors. */
export function countOurs(vectors: readonly Vector[]): number {
  return vectors.filter((vector) => isDeepStrictEqual(decodeVector(vector), expectedOf(vector))).length;
}

/**
 * How many of them a peer gets right, with all that can be said for it: it is given one line at a time, and no comments or
 * blank lines; integers may be doubles that hold them exactly; where a case has errors it must refuse something, for
 * whichever reason; and to leave a value out is to refuse.
 */
export function countPeers({ decodeLine }: PeerDecoder, vectors: readonly Vector[]): number {
  return vectors.filter(({ b64, defaultTime, expect }) => {
    const lines = Buffer.from(b64, 'base64').toString().split(/\r?\n/);
    const read = lines.filter((line) => !/^ *(#|$)/.test(line)).map((line) => decode(decodeLine, line));
    const points = read.filter((point) => point !== undefined);
    const expected = expect.filter((entry) => 'fields' in entry);
    const refuses = points.length < read.length;
    return (
      refuses === expected.length < expect.length &&
      points.length === expected.length &&
      points.every((point, index) => isSame(point, expected[index], defaultTime))
    );
  }).length;
}

/** @returns undefined where it refuses. */
function decode(decodeLine: PeerDecoder['decodeLine'], line: string): PeerPoint | undefined {
  try {
    const point = decodeLine(line);
    const { measurement, fields } = point;
    const isWhole = measurement !== '' && fields.length > 0 && fields.every(([, value]) => value !== undefined);
    return isWhole ? point : undefined;
  } catch {
    return undefined;
  }
}

function isSame(point: PeerPoint, expected: ExpectedPoint | undefined, defaultTime: string): boolean {
  if (expected === undefined) return false;
  const { name, tags, fields, time } = expected;
  return (
    point.measurement === text(name) &&
    isDeepStrictEqual(
      point.tags,
      tags.map(([key, value]) => [text(key), text(value)]),
    ) &&
    point.fields.length === fields.length &&
    fields.every(([key, kind, value], index) => {
      const [readKey, read] = point.fields[index] ?? [];
      return readKey === text(key) && isSameValue(read, kind, value);
    }) &&
    (point.time === undefined ? time === defaultTime : isExactly(point.time, time))
  );
}

function isSameValue(read: unknown, kind: string, value: string): boolean {
  if (kind === 'string') return read === text(value);
  if (kind === 'bool') return String(read) === value;
  if (kind === 'float') return read === Number(value);
  return typeof read === 'number' && isExactly(read, value);
}

function isExactly(number: number, integer: string): boolean {
  return Number.isInteger(number) && BigInt(number) === BigInt(integer);
}

function text(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}
