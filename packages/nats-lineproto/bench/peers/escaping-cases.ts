import { isDeepStrictEqual } from 'node:util';
import { decode } from '../../src/index.js';
import type { PeerEncoder, PlainPoint } from './peer.js';

/** A point with something in it that an encoder may get wrong. */
interface EscapingCase {
  readonly point: PlainPoint;
  /** Whether line protocol can say it (docs/protocol.md §2.2); what it cannot say is to be refused. */
  readonly isSayable: boolean;
}

const time = 1_700_000_000_000_000_001n;

const anywhere = ['a b', 'a,b', 'a=b', 'a"b', 'a\\b', 'a\\,b', 'a\\ b', 'é漢😀'];
/** Control characters, and a backslash that would escape what follows. */
const inStringsOnly = ['a\nb', 'a\r\nb', 'a\tb', 'a\\'];
/** As a measurement it would be a comment. */
const notMeasurement = ['#a'];

export const escapingCases: readonly EscapingCase[] = [
  ...[...anywhere, ...inStringsOnly, ...notMeasurement].flatMap((text): EscapingCase[] => {
    const isSayable = !inStringsOnly.includes(text);
    return [
      {
        point: { measurement: text, tags: { k: 'v' }, fields: { f: 1.5 }, time },
        isSayable: isSayable && !notMeasurement.includes(text),
      },
      { point: { measurement: 'm', tags: { [text]: 'v' }, fields: { f: 1.5 }, time }, isSayable },
      { point: { measurement: 'm', tags: { k: text }, fields: { f: 1.5 }, time }, isSayable },
      { point: { measurement: 'm', tags: { k: 'v' }, fields: { [text]: 1.5 }, time }, isSayable },
      { point: { measurement: 'm', tags: { k: 'v' }, fields: { f: text }, time }, isSayable: true },
    ];
  }),
  ...[0.1, -12.75, 1e21, 5e-324, 0n, -42n, 9_007_199_254_740_991n, '', true, false].map((value) => ({
    point: { measurement: 'm', tags: { k: 'v' }, fields: { f: value }, time },
    isSayable: true,
  })),
];

/** How many of the cases come back as they were, or are refused where they must be. */
export function countRightEscapes(encoder: PeerEncoder): number {
  return escapingCases.filter(({ point, isSayable }) => {
    const text = encode(encoder, point);
    return isSayable ? readsBack(text, point) : text.length === 0;
  }).length;
}

/** @returns nothing for what is refused. */
function encode(encoder: PeerEncoder, point: PlainPoint): Uint8Array {
  try {
    return encoder.prepare([point])();
  } catch {
    return new Uint8Array();
  }
}

function readsBack(text: Uint8Array, { measurement, tags, fields, time }: PlainPoint): boolean {
  const [entry, ...others] = decode(text);
  if (entry?.type !== 'point' || others.length > 0) return false;
  const read: PlainPoint = {
    measurement: entry.measurement,
    tags: Object.fromEntries(entry.tags.map(({ key, value }) => [key, value])),
    fields: Object.fromEntries(entry.fields.map(({ key, value }) => [key, value])),
    time: entry.time ?? 0n,
  };
  return isDeepStrictEqual(read, { measurement, tags, fields, time });
}
