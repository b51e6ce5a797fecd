import type { MetricSample } from '@moorline/cc-api/server';
import { bytesOf } from '../database/schema.js';
import type { Session } from '../database/query.js';
import type { CommitQueue } from '../sql/commit-queue.js';
import { checkSamples, ofKnownClusters } from './check-samples.js';
import { foldSeries } from './fold-series.js';
import { forget, forgetSteps } from './forget.js';
import { type Batch, decodeBatch, encodeBatch } from './journal-batch.js';
import type { MetricStats, MetricStore, MetricStoreOptions } from './metric-store.js';
import { readBuckets } from './read-buckets.js';
import { readSeries } from './read-series.js';
import { createReportCorrupt } from './report-corrupt.js';
import { WaitingSamples, type Waiting } from './waiting-samples.js';
import { SeriesCatalog } from './series-catalog.js';
import type { SeriesKey } from './series-state.js';

export interface SharedMetricStoreOptions extends MetricStoreOptions {
  /** A connection of its own, on which the journal is folded in one long transaction while others write. */
  folding: { queue: CommitQueue; session: Session };
}

/**
 * Metrics of many servers on one database (docs/design.md §6.4). What is in memory is a copy of the journal: {@link MetricStore.refresh}
 * compares it with the rows that are there and fetches what is missing. Whoever folds does it in one transaction.
 */
export function createSharedMetricStore({
  tables,
  queue,
  reading,
  writing,
  folding,
  isKnown,
  logger,
}: SharedMetricStoreOptions): MetricStore {
  const catalog = new SeriesCatalog();
  const stats: MetricStats = { series: 0, journalSamples: 0, journalBytes: 0, samples: 0, dropped: 0, corrupt: 0 };
  /** Bytes of each journal row that is in memory, by its number. */
  const copied = new Map<number, number>();
  /** What the writes of this turn have brought; they share one journal row. */
  let gathering: { samples: MetricSample[]; written: Promise<void> } | undefined;
  let refreshing: { running: Promise<void>; next: Promise<void> | undefined } | undefined;

  const reportCorrupt = createReportCorrupt(stats, logger);

  const loadSeries = async (): Promise<void> => {
    for await (const page of tables.allSeries(reading)) {
      for (const row of page) if (catalog.byId(row.id) === undefined) catalog.restore(row.id, row);
    }
  };

  const keep = ({ series, times, values }: Batch): void => {
    for (const [index, id] of series.entries()) {
      const state = catalog.byId(id);
      if (state === undefined) continue;
      catalog.keep(state, times[index] as number, values[index] as number);
    }
    stats.journalSamples += series.length;
  };

  /** @returns false when a row went while it was about to be fetched: somebody folded. */
  const catchUp = async (): Promise<boolean> => {
    const [rows, found] = await Promise.all([tables.batchNumbers(reading), tables.countSeries(reading)]);
    const there = new Set(rows);
    // Rows that are gone are in chunks now: what memory has of them could hide a newer value there.
    const isFolded = [...copied.keys()].some((seq) => !there.has(seq));
    const wanted = isFolded ? rows : rows.filter((seq) => !copied.has(seq));
    const fetched = new Map<number, Uint8Array>();
    for (let after = (wanted[0] ?? 0) - 1; wanted.length > 0;) {
      const page = await tables.batches(reading, after, batchesAtOnce);
      for (const row of page) if (isFolded || !copied.has(row.seq)) fetched.set(row.seq, bytesOf(row.batch));
      const last = page.at(-1);
      if (last === undefined || page.length < batchesAtOnce) break;
      after = last.seq;
    }
    if (wanted.some((seq) => !fetched.has(seq))) return false;
    const batches = [...fetched].map(([seq, bytes]) => ({ seq, bytes, batch: decodeBatch(bytes) }));
    const isNew = batches.some(({ batch }) => batch?.series.some((id) => catalog.byId(id) === undefined));
    if (isFolded || isNew || found !== catalog.size) await loadSeries();
    // From here to the end nothing else runs: a reader finds the old copy or the new one.
    if (isFolded) {
      catalog.emptyWaiting();
      copied.clear();
      stats.journalSamples = 0;
    }
    for (const { seq, bytes, batch } of batches) {
      copied.set(seq, bytes.length);
      if (batch === undefined) reportCorrupt('journal row', seq);
      else keep(batch);
    }
    stats.journalBytes = [...copied.values()].reduce((sum, bytes) => sum + bytes, 0);
    return true;
  };

  const refreshNow = async (): Promise<void> => {
    while (!(await catchUp()));
  };

  /** One that begins after it was asked for: what runs already may have looked too early. Those who wait share the next. */
  const refresh = (): Promise<void> => {
    if (refreshing === undefined) {
      const running = refreshNow().finally(() => (refreshing = undefined));
      refreshing = { running, next: undefined };
      return running;
    }
    const { running } = refreshing;
    return (refreshing.next ??= running.then(refresh, refresh));
  };

  const writeBatch = async (samples: readonly MetricSample[]): Promise<void> => {
    let made = new Map<string, { id: number; key: SeriesKey }>();
    let bytes = 0;
    const close = (): void => {
      if (gathering?.samples === samples) gathering = undefined;
    };
    const write = async (): Promise<void> => {
      close();
      made = new Map();
      const fresh = new Map<string, SeriesKey>();
      for (const sample of samples) {
        if (catalog.find(sample) === undefined) fresh.set(wholeName(sample), keyOf(sample));
      }
      // In one order, so that two servers that make the same series never wait for each other.
      const inOneOrder = [...fresh].sort(([a], [b]) => (a < b ? -1 : 1));
      const ids = await Promise.all(inOneOrder.map(([, key]) => tables.seriesId(writing, key)));
      for (const [index, [name, key]] of inOneOrder.entries()) made.set(name, { id: ids[index] as number, key });
      const batch: Batch = { series: [], times: [], values: [] };
      for (const sample of samples) {
        batch.series.push(catalog.find(sample)?.id ?? (made.get(wholeName(sample))?.id as number));
        batch.times.push(sample.time);
        batch.values.push(sample.value);
      }
      const encoded = encodeBatch(batch);
      bytes = encoded.length;
      await tables.addBatch(writing, encoded);
    };
    // A group that could not even begin never ran the write.
    await queue.write(write, []).finally(close);
    for (const { id, key } of made.values()) if (catalog.byId(id) === undefined) catalog.restore(id, key);
    stats.samples += samples.length;
    stats.journalBytes += bytes;
  };

  return {
    catalog,
    get stats() {
      return { ...stats, series: catalog.size };
    },
    refresh,

    async open() {
      await loadSeries();
      await refresh();
    },

    async write(samples) {
      checkSamples(samples);
      const known = ofKnownClusters(samples, isKnown);
      stats.dropped += samples.length - known.length;
      if (known.length === 0) return;
      if (gathering === undefined) {
        const gathered: MetricSample[] = [];
        gathering = { samples: gathered, written: Promise.resolve().then(() => writeBatch(gathered)) };
      }
      const { samples: gathered, written } = gathering;
      gathered.push(...known);
      await written;
    },

    read: (series, from, to) => readSeries(tables, reading, catalog.waiting, { series, from, to }, reportCorrupt),

    readBuckets: (series, step, from, to) =>
      readBuckets(tables, reading, catalog.waiting, { series, step, from, to }, reportCorrupt),

    async compact() {
      const { session } = folding;
      // A transaction, and after a quiet time a connection, for nothing.
      if ((await tables.batchNumbers(reading)).length === 0) return refresh();
      await folding.queue.write(async () => {
        const samples = new WaitingSamples();
        const waiting = new Map<number, Waiting>();
        const rows: number[] = [];
        for (;;) {
          const page = await tables.batches(session, rows.at(-1) ?? 0, batchesAtOnce);
          for (const row of page) {
            rows.push(row.seq);
            const batch = decodeBatch(bytesOf(row.batch));
            for (const [index, id] of (batch?.series ?? []).entries()) {
              const of = waiting.get(id) ?? { waiting: 0, firstWaiting: 0, lastWaiting: 0 };
              waiting.set(id, of);
              samples.add(of, batch?.times[index] as number, batch?.values[index] as number);
            }
          }
          if (page.length < batchesAtOnce) break;
        }
        const ids = [...waiting.keys()];
        for (let start = 0; start < ids.length; start += seriesAtOnce) {
          const group = ids.slice(start, start + seriesAtOnce).map((series) => {
            const fresh = samples.of(waiting.get(series) as Waiting);
            return { series, tail: undefined, fresh };
          });
          await foldSeries(tables, session, group, reportCorrupt);
        }
        // These alone: a row with a smaller number may be committed only now, and was not seen.
        await Promise.all(rows.map((seq) => tables.deleteBatch(session, seq)));
      }, ['fold']);
      await refresh();
    },

    async forget(series, horizonOf) {
      let chunks = 0;
      for (const step of forgetSteps(series, horizonOf)) {
        const work = () => forget(tables, folding.session, step, reportCorrupt);
        chunks += await folding.queue.write(work, ['fold']);
      }
      // Series stay: another server may be about to write samples of one.
      return chunks;
    },
  };
}

/** Bounds of what one transaction or one read takes. */
const batchesAtOnce = 64;
const seriesAtOnce = 512;

function keyOf(sample: MetricSample): SeriesKey {
  const { cluster, host, metric, type, typeId = '', subtype = '', subtypeId = '' } = sample;
  return { cluster, host, metric, type: type ?? 'node', typeId, subtype, subtypeId };
}

const wholeName = (sample: MetricSample): string => Object.values(keyOf(sample)).join('\0');
