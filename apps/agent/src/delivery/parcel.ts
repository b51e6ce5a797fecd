import type { TakenEntry } from '@moorline/cc-store/spool';

/** Entries of one kind that are sent in one request. */
export interface Parcel {
  kind: TakenEntry['kind'];
  entries: readonly TakenEntry[];
}

/** Largest body of a batch of metrics, bytes: what servers take is not known to a client, 1 MiB is far below all. */
const largestBatch = 1024 ** 2;

/**
 * Packs what was taken: each job event by itself, metrics together, and all node states together, of which the newest
 * counts.
 */
export function packParcels(taken: readonly TakenEntry[]): Parcel[] {
  const parcels: Parcel[] = taken
    .filter(({ kind }) => kind === 'job')
    .map((entry) => ({ kind: 'job', entries: [entry] }));
  const states = taken.filter(({ kind }) => kind === 'node_state');
  if (states.length > 0) parcels.push({ kind: 'node_state', entries: states });
  let batch: TakenEntry[] = [];
  let bytes = 0;
  for (const entry of taken) {
    if (entry.kind !== 'metrics') continue;
    if (batch.length > 0 && bytes + entry.body.length > largestBatch) {
      parcels.push({ kind: 'metrics', entries: batch });
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += entry.body.length;
  }
  if (batch.length > 0) parcels.push({ kind: 'metrics', entries: batch });
  return parcels;
}

/** The entries of a parcel one by one, to find the one that is refused. */
export const unpack = ({ kind, entries }: Parcel): Parcel[] => entries.map((entry) => ({ kind, entries: [entry] }));

export const idsOf = ({ entries }: Parcel): number[] => entries.map(({ id }) => id);

/** The lines of all entries, each ended by a line feed. */
export function joinLines({ entries }: Parcel): Uint8Array {
  return Buffer.concat(
    entries.flatMap(({ body }) => (body.at(-1) === lineFeed ? [body] : [body, Uint8Array.of(lineFeed)])),
  );
}

const lineFeed = 0x0a;
