import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import { bytesOf } from '../database/schema.js';
import type { StoreDatabase } from '../database/store-database.js';
import { decodeChunk, encodeChunk } from './chunk.js';
import { prepareForIds } from './many-ids.js';
import { prepareForRows } from '../database/many-rows.js';
import type { ReportCorrupt } from './report-corrupt.js';
import { createRollupTables, type Span } from './rollup-tables.js';
import { merge, noSamples, type Samples } from './samples.js';
import type { SeriesKey, SeriesState } from './series-state.js';

/** The statements on series, journal and chunks. */
export type MetricTables = ReturnType<typeof createMetricTables>;

export function createMetricTables(db: StoreDatabase) {
  const insertSeries = prepareForRows(
    db,
    ['id', 'cluster', 'host', 'metric', 'type', 'typeId', 'subtype', 'subtypeId'],
    (db, rows: readonly Params<SeriesKey & { id: number }>[]) =>
      db
        .insertInto('series')
        .values(rows.map(({ typeId, subtypeId, ...row }) => ({ ...row, type_id: typeId, subtype_id: subtypeId })))
        .onConflict((conflict) => conflict.column('id').doNothing()),
  );
  const makeSeries = prepare(db, (db, p: Params<SeriesKey>) =>
    db
      .insertInto('series')
      .values({
        cluster: p.cluster,
        host: p.host,
        metric: p.metric,
        type: p.type,
        type_id: p.typeId,
        subtype: p.subtype,
        subtype_id: p.subtypeId,
      })
      .onConflict((conflict) =>
        conflict.columns(['cluster', 'host', 'metric', 'type', 'type_id', 'subtype', 'subtype_id']).doNothing(),
      )
      .returning('id'),
  );
  const findSeries = prepare(db, (db, p: Params<SeriesKey>) =>
    db
      .selectFrom('series')
      .select('id')
      .where('cluster', '=', p.cluster)
      .where('host', '=', p.host)
      .where('metric', '=', p.metric)
      .where('type', '=', p.type)
      .where('type_id', '=', p.typeId)
      .where('subtype', '=', p.subtype)
      .where('subtype_id', '=', p.subtypeId),
  );
  const countSeries = prepare(db, (db, _: Params<object>) =>
    db.selectFrom('series').select((row) => row.fn.countAll<number>().as('n')),
  );
  const seriesBehind = prepare(db, (db, p: Params<{ after: number; limit: number }>) =>
    db.selectFrom('series').selectAll().where('id', '>', p.after).orderBy('id').limit(p.limit),
  );
  const emptySeries = prepareForIds(db, (db, anyOf, _: Params<object>) =>
    db
      .selectFrom('series')
      .select('id')
      .where('id', 'in', anyOf)
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('chunk').select('chunk.id').whereRef('chunk.series', '=', 'series.id'))),
      )
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('rollup').select('rollup.id').whereRef('rollup.series', '=', 'series.id'))),
      ),
  );
  const deleteSeries = prepare(db, (db, p: Params<{ id: number }>) => db.deleteFrom('series').where('id', '=', p.id));

  const insertBatch = prepare(db, (db, p: Params<{ batch: Uint8Array }>) =>
    db.insertInto('journal').values({ batch: p.batch }).returning('seq'),
  );
  const batches = prepare(db, (db, p: Params<{ after: number; limit: number }>) =>
    db.selectFrom('journal').selectAll().where('seq', '>', p.after).orderBy('seq').limit(p.limit),
  );
  const batchNumbers = prepare(db, (db, _: Params<object>) => db.selectFrom('journal').select('seq').orderBy('seq'));
  const deleteBatch = prepare(db, (db, p: Params<{ seq: number }>) =>
    db.deleteFrom('journal').where('seq', '=', p.seq),
  );
  const deleteBatches = prepare(db, (db, p: Params<{ through: number }>) =>
    db.deleteFrom('journal').where('seq', '<=', p.through),
  );

  const newestChunks = prepareForIds(db, (db, anyOf, _: Params<object>) =>
    db
      .selectFrom('chunk')
      .select(['id', 'series', 'samples'])
      .where('id', 'in', ({ selectFrom, fn }) =>
        selectFrom('chunk').select(fn.max('id').as('id')).where('series', 'in', anyOf).groupBy('series'),
      ),
  );
  const chunkData = prepareForIds(db, (db, anyOf, _: Params<object>) =>
    db.selectFrom('chunk').select(['id', 'data']).where('id', 'in', anyOf),
  );
  const insertChunks = prepareForRows(
    db,
    ['series', 'first_time', 'last_time', 'samples', 'data'],
    (db, rows: readonly Params<ChunkRow>[]) => db.insertInto('chunk').values(rows).returning(['id', 'series']),
  );
  // Every row is there: this way one statement changes many of them, each in its own way.
  const updateChunks = prepareForRows(
    db,
    ['id', 'series', 'first_time', 'last_time', 'samples', 'data'],
    (db, rows: readonly Params<ChunkRow & { id: number }>[]) =>
      db
        .insertInto('chunk')
        .values(rows)
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet(({ ref }) => ({
            first_time: ref('excluded.first_time'),
            last_time: ref('excluded.last_time'),
            samples: ref('excluded.samples'),
            data: ref('excluded.data'),
            rolled: 0,
          })),
        ),
  );
  const chunksOf = prepareForIds(db, (db, anyOf, p: Params<Span>) =>
    db
      .selectFrom('chunk')
      .select(['id', 'series', 'data'])
      .where('series', 'in', anyOf)
      .where('last_time', '>=', p.from)
      .where('first_time', '<=', p.to)
      .orderBy('id'),
  );
  const stretchesOf = prepareForIds(db, (db, anyOf, _: Params<object>) =>
    db
      .selectFrom('chunk')
      .select(['series', 'first_time', 'last_time', 'samples'])
      .where('series', 'in', anyOf)
      .orderBy('id'),
  );
  const deleteOldChunks = prepareForIds(db, (db, anyOf, p: Params<{ before: number }>) =>
    db.deleteFrom('chunk').where('series', 'in', anyOf).where('last_time', '<', p.before),
  );

  return {
    addSeries: (session: Session, states: readonly SeriesState[]) => insertSeries.run(session, states),
    /** The number of the series with this key, which the database gives where it is new. */
    async seriesId(session: Session, key: SeriesKey): Promise<number> {
      const made = await session.first(makeSeries, key);
      return (made ?? ((await session.first(findSeries, key)) as { id: number })).id;
    },
    countSeries: async (session: Session) => (await session.first(countSeries, {}))?.n ?? 0,
    /** Every series, some thousands at once: the rows of 100,000 would be some 50 MB for a moment. */
    async *allSeries(session: Session): AsyncGenerator<(SeriesKey & { id: number })[]> {
      for (let after = 0; ;) {
        const rows = await session.all(seriesBehind, { after, limit: seriesAtOnce });
        yield rows.map(({ type_id: typeId, subtype_id: subtypeId, ...row }) => ({ ...row, typeId, subtypeId }));
        const last = rows.at(-1);
        if (last === undefined || rows.length < seriesAtOnce) return;
        after = last.id;
      }
    },
    /** Those of them without a chunk and a roll-up. */
    emptySeries: async (session: Session, series: readonly number[]) =>
      (await emptySeries.all(session, series, {})).map((row) => row.id),
    deleteSeries: (session: Session, id: number) => session.run(deleteSeries, { id }),

    /** @returns the row's number. */
    async addBatch(session: Session, batch: Uint8Array): Promise<number> {
      return (await session.first(insertBatch, { batch }))?.seq ?? 0;
    },
    batches: (session: Session, after: number, limit: number) => session.all(batches, { after, limit }),
    /** The numbers of all rows, in their order. */
    batchNumbers: async (session: Session) => (await session.all(batchNumbers, {})).map(({ seq }) => seq),
    deleteBatch: (session: Session, seq: number) => session.run(deleteBatch, { seq }),
    deleteBatches: (session: Session, through: number) => session.run(deleteBatches, { through }),

    /** The chunk of each series that was written last. */
    newestChunks: (session: Session, series: readonly number[]) => newestChunks.all(session, series, {}),
    /** The bytes of chunks, by their ids; one that was forgotten is not among them. */
    async chunkData(session: Session, ids: readonly number[]): Promise<Map<number, Uint8Array>> {
      return new Map((await chunkData.all(session, ids, {})).map(({ id, data }) => [id, bytesOf(data)]));
    },
    /** @param chunks of each series at most one. @returns their ids, by series. */
    async addChunks(session: Session, chunks: readonly ChunkRow[]): Promise<Map<number, number>> {
      const rows = await insertChunks.all(session, chunks);
      return new Map(rows.map(({ series, id }) => [series, id]));
    },
    /** Writes chunks that are there anew; they are in no roll-up then. */
    replaceChunks: (session: Session, chunks: readonly (ChunkRow & { id: number })[]) =>
      updateChunks.run(session, chunks),
    /** The samples of chunks that overlap a time span, by series. */
    async samplesOf(
      session: Session,
      series: readonly number[],
      span: Span,
      report: ReportCorrupt,
    ): Promise<Map<number, Samples>> {
      const found = new Map<number, Samples>();
      for await (const rows of chunksOf.pages(session, series, span)) {
        for (const row of rows) {
          const samples = decodeChunk(bytesOf(row.data));
          if (samples === undefined) report('chunk', row.id);
          // In the order in which they were written: a later one wins.
          else found.set(row.series, merge(found.get(row.series) ?? noSamples, samples));
        }
      }
      return found;
    },
    /** Where the chunks of series begin and end, in the order in which they were written. */
    stretchesOf: (session: Session, series: readonly number[]) => stretchesOf.all(session, series, {}),
    /** Those that end before. @returns how many were deleted. */
    deleteOldChunks: (session: Session, series: readonly number[], before: number) =>
      deleteOldChunks.run(session, series, { before }),

    rollups: createRollupTables(db),
  };
}

const seriesAtOnce = 4096;

/** What is written of a chunk, by its columns. */
export type ChunkRow = Record<'series' | 'first_time' | 'last_time' | 'samples', number> & { data: Uint8Array };

export function chunkRow(series: number, samples: Samples): ChunkRow {
  return {
    series,
    first_time: samples.times[0] as number,
    last_time: samples.times.at(-1) as number,
    samples: samples.times.length,
    data: encodeChunk(samples),
  };
}
