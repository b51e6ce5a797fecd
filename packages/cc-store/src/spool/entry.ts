import { crc32 } from 'node:zlib';

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

/** A row of an entry as the driver gives it. */
export interface EntryRow {
  id: number;
  kind: number;
  order_key: ArrayBuffer | null;
  body: ArrayBuffer;
  appended_at: number;
  checksum: number;
}

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

/** The entry of a row, or undefined when its checksum tells that the row is not what was appended. */
export function readEntry(row: EntryRow): TakenEntry | undefined {
  const kind = kinds[row.kind];
  if (kind === undefined || !(row.body instanceof ArrayBuffer)) return undefined;
  const orderKey = row.order_key === null ? null : new Uint8Array(row.order_key);
  const body = new Uint8Array(row.body);
  if (checksumOf(row.kind, orderKey, body) !== row.checksum) return undefined;
  return {
    id: row.id,
    kind,
    ...(orderKey === null ? {} : { orderKey: decoder.decode(orderKey) }),
    body,
    appendedAt: row.appended_at,
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const noBytes = new Uint8Array(0);
