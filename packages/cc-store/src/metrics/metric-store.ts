import type { MetricSample } from '@moorline/cc-api/server';
import type { Logger } from '@moorline/core';
import { bytesOf } from '../database/schema.js';
import type { Session } from '../database/query.js';
import type { CommitQueue } from '../sql/commit-queue.js';
import { checkSamples, ofKnownClusters } from './check-samples.js';
import { foldSeries } from './fold-series.js';
import { type Batch, decodeBatch, encodeBatch } from './journal-batch.js';
import type { Buckets } from './buckets.js';
import { forget, forgetSteps, type Horizon } from './forget.js';
import type { MetricTables } from './metric-tables.js';
import { readBuckets } from './read-buckets.js';
import { readSeries } from './read-series.js';
import { createReportCorrupt } from './report-corrupt.js';
import type { Samples } from './samples.js';
import { SeriesCatalog } from './series-catalog.js';
import type { SeriesState } from './series-state.js';

/** Counts of a {@link MetricStore}. */
export interface MetricStats {
  /** Series that are known. */
  series: number;
  /** Samples that wait in the journal, also held in memory. */
  journalSamples: number;
  /** Bytes of the journal. */
  journalBytes: number;
  /** Samples written since the start. */
  samples: number;
  /** Samples of clusters that nobody described, left out since the start. */
  dropped: number;
  /** Journal rows, chunks and roll-ups that could not be read since the start. */
  corrupt: number;
}

/** Where samples are kept: durable in the journal when answered, folded into chunks later (docs/design.md §4). */
export interface MetricStore {
  readonly catalog: SeriesCatalog;
  readonly stats: MetricStats;
  /** Reads the series and the journal. */
  open(): Promise<void>;
  /** Catches up with what other servers wrote: to be awaited before the catalog is looked at and series of it are read. */
  refresh(): Promise<void>;
  /** Stores all of them or none; durable when this resolves. */
  write(samples: readonly MetricSample[]): Promise<void>;
  /** The samples from `from` to `to` (Unix seconds, both included), by series id. */
  read(series: readonly SeriesState[], from: number, to: number): Promise<Map<number, Samples>>;
  /** The same in buckets of one of the roll-ups' steps (seconds). */
  readBuckets(series: readonly SeriesState[], step: number, from: number, to: number): Promise<Map<number, Buckets>>;
  /**
   * Folds what the journal holds now into chunks.
   *
   * @param isEnough asked between transactions: whether to leave the rest in the journal.
   */
  compact(isEnough?: () => boolean): Promise<void>;
  /**
   * Forgets the chunks that end before a time of each series, and its roll-ups that end before theirs.
   *
   * @param horizonOf undefined keeps the series as it is. @returns how many chunks went.
   */
  forget(series: Iterable<SeriesState>, horizonOf: (state: SeriesState) => Horizon | undefined): Promise<number>;
}

export interface MetricStoreOptions {
  tables: MetricTables;
  queue: CommitQueue;
  reading: Session;
  writing: Session;
  /** Whether somebody described this cluster. */
  isKnown: (cluster: string) => boolean;
  logger: Logger;
}

export function createMetricStore({
  tables,
  queue,
  reading,
  writing,
  isKnown,
  logger,
}: MetricStoreOptions): MetricStore {
  const catalog = new SeriesCatalog();
  const stats: MetricStats = { series: 0, journalSamples: 0, journalBytes: 0, samples: 0, dropped: 0, corrupt: 0 };
  /** What the writes of this turn have brought; they share one journal row. */
  let gathering: Gathering | undefined;
  let lastSeq = 0;

  const reportCorrupt = createReportCorrupt(stats, logger);

  /** @param states undefined where a series is not known any more. */
  const keep = (states: readonly (SeriesState | undefined)[], { times, values }: Batch): void => {
    for (let index = 0; index < states.length; index++) {
      const state = states[index];
      if (state !== undefined) catalog.keep(state, times[index] as number, values[index] as number);
    }
    stats.journalSamples += states.length;
  };

  /** Opens a batch whose write runs with this turn's group; until then more writes may join it. */
  const gather = (): Gathering => {
    const states: SeriesState[] = [];
    const batch: Batch = { series: [], times: [], values: [] };
    const write = async (): Promise<void> => {
      let bytes = 0;
      let seq = 0;
      let fresh: SeriesState[] = [];
      try {
        await queue.write(async () => {
          gathering = undefined;
          fresh = catalog.unsaved();
          await tables.addSeries(writing, fresh);
          const encoded = encodeBatch(batch);
          bytes = encoded.length;
          seq = await tables.addBatch(writing, encoded);
        }, touched);
        catalog.markSaved(fresh);
        lastSeq = Math.max(lastSeq, seq);
        stats.journalBytes += bytes;
        stats.samples += states.length;
        keep(states, batch);
      } finally {
        // A group that could not even begin never ran the write above.
        if (gathering?.batch === batch) gathering = undefined;
        for (const state of states) state.pending -= 1;
      }
    };
    return { states, batch, written: write() };
  };

  /** Folds what waits of these, inside a transaction. @returns how much of each that was, and its newest chunk. */
  const fold = async (states: readonly SeriesState[]) => {
    const folded = states.map((state) => ({
      state,
      count: state.waiting,
      series: state.id,
      tail: state.tail,
      fresh: catalog.waiting.of(state),
    }));
    const tails = await foldSeries(tables, writing, folded, reportCorrupt);
    return folded.map(({ state, count }) => ({ state, count, tail: tails.get(state.id) ?? null }));
  };

  /** Deletes those of some series that nothing is left of, inside a transaction, and adds them to `emptied`. */
  const forgetEmpty = async (series: readonly number[], emptied: Set<SeriesState>): Promise<void> => {
    for (const id of await tables.emptySeries(writing, series)) {
      const state = catalog.byId(id);
      if (state === undefined || state.waiting > 0 || state.pending > 0) continue;
      await tables.deleteSeries(writing, id);
      // A sample that comes before this is committed brings the row back.
      catalog.markUnsaved(state);
      emptied.add(state);
    }
  };

  return {
    catalog,
    get stats() {
      return { ...stats, series: catalog.size };
    },

    async open() {
      for await (const page of tables.allSeries(reading)) for (const row of page) catalog.restore(row.id, row);
      for (;;) {
        const rows = await tables.batches(reading, lastSeq, batchesAtOnce);
        for (const row of rows) {
          lastSeq = row.seq;
          const bytes = bytesOf(row.batch);
          const batch = decodeBatch(bytes);
          stats.journalBytes += bytes.length;
          if (batch === undefined) reportCorrupt('journal row', row.seq);
          else
            keep(
              batch.series.map((id) => catalog.byId(id)),
              batch,
            );
        }
        if (rows.length < batchesAtOnce) return;
      }
    },

    // No other process has the file open.
    refresh: () => Promise.resolve(),

    async write(samples) {
      checkSamples(samples);
      const known = ofKnownClusters(samples, isKnown);
      stats.dropped += samples.length - known.length;
      if (known.length === 0) return;
      if (gathering === undefined) gathering = gather();
      else queue.joined();
      const { states, batch, written } = gathering;
      for (const sample of known) {
        const state = catalog.of(sample);
        state.pending += 1;
        states.push(state);
        batch.series.push(state.id);
        batch.times.push(sample.time);
        batch.values.push(sample.value);
      }
      await written;
    },

    read: (series, from, to) => readSeries(tables, reading, catalog.waiting, { series, from, to }, reportCorrupt),

    readBuckets: (series, step, from, to) =>
      readBuckets(tables, reading, catalog.waiting, { series, step, from, to }, reportCorrupt),

    async compact(isEnough = () => false) {
      const through = lastSeq;
      const bytes = stats.journalBytes;
      const waiting = [...catalog.all()].filter((state) => state.waiting > 0);
      for (let start = 0; start < waiting.length; start += seriesAtOnce) {
        if (isEnough()) return;
        const group = waiting.slice(start, start + seriesAtOnce);
        const folded = await queue.write(() => fold(group.filter((state) => state.waiting > 0)), touched);
        for (const { state, count, tail } of folded) {
          catalog.waiting.drop(state, count);
          state.tail = tail;
          stats.journalSamples -= count;
        }
      }
      // Until here a crash only means that some samples are folded again: equal times, equal values.
      if (through > 0) await queue.write(() => tables.deleteBatches(writing, through), touched);
      stats.journalBytes -= bytes;
    },

    async forget(series, horizonOf) {
      let chunks = 0;
      for (const step of forgetSteps(series, horizonOf)) {
        const emptied = new Set<SeriesState>();
        const work = async (): Promise<number> => {
          // It may run more than once.
          emptied.clear();
          const gone = await forget(tables, writing, step, reportCorrupt);
          await forgetEmpty(step.series, emptied);
          return gone;
        };
        try {
          chunks += await queue.write(work, touched);
        } catch (error) {
          catalog.markSaved([...emptied]);
          throw error;
        }
        for (const state of emptied) if (state.pending === 0 && state.waiting === 0) catalog.remove(state);
      }
      return chunks;
    },
  };
}

/** Samples on their way into one journal row: as it holds them, and which series they are of. */
interface Gathering {
  states: SeriesState[];
  batch: Batch;
  written: Promise<void>;
}

/** What its writes touch: no job's row depends on it. */
const touched = ['metrics'];
/** Bounds of what one transaction or one read takes. */
const seriesAtOnce = 256;
const batchesAtOnce = 64;
