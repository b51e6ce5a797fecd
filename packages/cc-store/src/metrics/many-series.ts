import { type RawBuilder, sql } from 'kysely';
import type { Parameters as Params } from '../database/query.js';

/** The parameters of a statement about many series and a time span. */
export type ManySeries = Record<string, number> & { from: number; to: number };

/** How many series one statement can name. */
export const mostSeries = 64;

/** One statement serves any number of series: unused places ask for series 0, which never is. */
const places = Array.from({ length: mostSeries }, (_, index) => `series${index}`);

/** The places of a statement's series, for `in`. */
export const anyOf = (p: Params<Record<string, number>>): RawBuilder<number> =>
  sql<number>`(${sql.join(places.map((place) => p[place]))})`;

/** The values of these places. @param series at most {@link mostSeries}. */
export const named = (series: readonly number[]): Record<string, number> =>
  Object.fromEntries(places.map((place, index) => [place, series[index] ?? 0]));

/** The values of as many statements as the series need. */
export function* seriesGroups(series: readonly number[], span: { from: number; to: number }): Iterable<ManySeries> {
  for (let start = 0; start < series.length; start += mostSeries) {
    yield { ...named(series.slice(start, start + mostSeries)), from: span.from, to: span.to };
  }
}
