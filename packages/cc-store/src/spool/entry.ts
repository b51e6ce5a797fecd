import { crc32 } from 'node:zlib';
import type { SqlRow } from '../sql/connection.js';

/** What an entry tells. Job events are never dropped and go first, metrics are dropped first and go last. */
export type SpoolKind = 'job' | 'node_state' | 'metrics';

/** Something to be delivered. */
export interface SpoolEntry {
  kind: SpoolKind;
  /** Entries with equal keys are delivered one after the other, in the order in which they were appended. */
  orderKey?: string | undefined;
  body: Uint8Array;
}

/** An entry that was taken for delivery. */
export interface TakenEntry extends SpoolEntry {
  id: number;
  /** Unix milliseconds. */
  appendedAt: number;
}

/** An entry that is not what was appended, as far as it is known. */
export interface SetAsideEntry {
  id: number;
  /** Absent where it is damaged. */
  kind: SpoolKind | undefined;
  /** May be damaged itself. */
  orderKey?: string;
  /** Entries with the same key that waited behind it. */
  followers: number;
}

/** A row of an entry as the file holds it, which may be damaged anywhere: blobs are `ArrayBuffer`s. */
export interface RawEntry {
  id: number;
  kind: unknown;
  orderKey: unknown;
  body: unknown;
  appendedAt: unknown;
  checksum: unknown;
}

/** The row as it is; only its id, which SQLite itself keeps a number, is one for certain. */
export const rawEntry = (row: SqlRow): RawEntry => ({
  id: Number(row['id']),
  kind: row['kind'],
  orderKey: row['order_key'],
  body: row['body'],
  appendedAt: row['appended_at'],
  checksum: row['checksum'],
});

/** Kinds by the number that the file keeps. */
export const kinds = ['job', 'node_state', 'metrics'] as const satisfies readonly SpoolKind[];

/** Bytes that an entry counts beside its body and key: its row, its places in two indexes. */
export const entryOverhead = 64;

/** Order keys are kept as bytes: libsql gives a text back only up to its first NUL. */
export const encodeKey = (key: string): Uint8Array => encoder.encode(key);

/** Over everything that is delivered. SQLite itself keeps no checksums: a bit that the disk turned would go unnoticed. */
export function checksumOf(kind: number, orderKey: Uint8Array | null, body: Uint8Array): number {
  return add(body, add(orderKey ?? noBytes, crc32(Uint8Array.of(kind, orderKey === null ? 0 : 1))));
}

/** zlib begins anew, at 0, when it is handed no bytes by a null pointer, as some empty arrays are. */
const add = (bytes: Uint8Array, checksum: number): number => (bytes.length === 0 ? checksum : crc32(bytes, checksum));

export const decodeKey = (key: ArrayBuffer): string => decoder.decode(key);

/** The entry of a row, or undefined when its checksum tells that the row is not what was appended. */
export function readEntry({
  id,
  kind: number,
  orderKey: key,
  body,
  appendedAt,
  checksum,
}: RawEntry): TakenEntry | undefined {
  if (typeof number !== 'number' || !(body instanceof ArrayBuffer) || !(key === null || key instanceof ArrayBuffer)) {
    return undefined;
  }
  const kind = kinds[number];
  const keyBytes = key === null ? null : new Uint8Array(key);
  const bytes = new Uint8Array(body);
  if (kind === undefined || checksumOf(number, keyBytes, bytes) !== checksum) return undefined;
  return {
    id,
    kind,
    ...(key === null ? {} : { orderKey: decodeKey(key) }),
    body: bytes,
    // Not under the checksum: it only tells how old an entry is.
    appendedAt: typeof appendedAt === 'number' ? appendedAt : 0,
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const noBytes = new Uint8Array(0);
