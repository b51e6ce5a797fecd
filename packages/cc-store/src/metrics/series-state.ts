import type { Tail } from './fold-series.js';
import type { PartName, Place } from './series-names.js';
import type { Numbered } from './series-index.js';
import {
  FIRST_WAITING,
  ID,
  integersOfRow,
  LAST_TIME,
  LAST_VALUE,
  LAST_WAITING,
  METRIC,
  NEXT_OF_PLACE,
  numbersOfRow,
  PART,
  PENDING,
  PLACE,
  type SeriesPage,
  TAIL_ID,
  TAIL_SAMPLES,
  WAITING,
} from './series-page.js';
import type { Waiting } from './waiting-samples.js';

/** What a series is of. */
export interface SeriesKey {
  cluster: string;
  host: string;
  metric: string;
  /** `node`, `socket`, `hwthread` …. */
  type: string;
  /** Empty at node level. */
  typeId: string;
  /** A device below that (`filesystem`), or empty. */
  subtype: string;
  subtypeId: string;
}

/**
 * One series: what it is of, and where it stands. There are 100,000 and more, so this is but the view of a row of a {@link SeriesPage}; its
 * samples that are in no chunk yet are in `SeriesCatalog.waiting`.
 */
export class SeriesState implements SeriesKey, Waiting, Numbered {
  #page: SeriesPage;
  /** Within the page. */
  #row: number;

  constructor(page: SeriesPage, row: number, id: number, of: Numbered) {
    this.#page = page;
    this.#row = row;
    page.clear(row);
    this.#setNumber(ID, id);
    this.#setNumber(LAST_TIME, -Infinity);
    this.#setNumber(LAST_VALUE, NaN);
    this.#setNumber(TAIL_ID, notLookedFor);
    this.#setInteger(PLACE, of.placeNumber);
    this.#setInteger(METRIC, of.metricNumber);
    this.#setInteger(PART, of.partNumber);
    this.#setInteger(NEXT_OF_PLACE, -1);
  }

  /** Gives up its row; whoever still looks at the series sees it as it was. */
  leaveRow(): void {
    this.#page = this.#page.copyOf(this.#row);
    this.#row = 0;
  }

  get key(): SeriesKey {
    return this;
  }
  get id(): number {
    return this.#number(ID);
  }
  get cluster(): string {
    return this.#place.cluster;
  }
  get host(): string {
    return this.#place.host;
  }
  get metric(): string {
    return this.#page.names.metrics[this.metricNumber] as string;
  }
  get type(): string {
    return this.#part.type;
  }
  get typeId(): string {
    return this.#part.typeId;
  }
  get subtype(): string {
    return this.#part.subtype;
  }
  get subtypeId(): string {
    return this.#part.subtypeId;
  }

  get placeNumber(): number {
    return this.#integer(PLACE);
  }
  get metricNumber(): number {
    return this.#integer(METRIC);
  }
  get partNumber(): number {
    return this.#integer(PART);
  }

  /** Row of the next series of the same host, -1 = none. */
  get nextOfPlace(): number {
    return this.#integer(NEXT_OF_PLACE);
  }
  set nextOfPlace(row: number) {
    this.#setInteger(NEXT_OF_PLACE, row);
  }

  get waiting(): number {
    return this.#integer(WAITING);
  }
  set waiting(count: number) {
    this.#setInteger(WAITING, count);
  }
  get firstWaiting(): number {
    return this.#integer(FIRST_WAITING);
  }
  set firstWaiting(position: number) {
    this.#setInteger(FIRST_WAITING, position);
  }
  get lastWaiting(): number {
    return this.#integer(LAST_WAITING);
  }
  set lastWaiting(position: number) {
    this.#setInteger(LAST_WAITING, position);
  }

  /** Samples that are on their way into the journal. */
  get pending(): number {
    return this.#integer(PENDING);
  }
  set pending(count: number) {
    this.#setInteger(PENDING, count);
  }

  /** Time of the newest sample that arrived since the start, Unix seconds; -Infinity = none. */
  get lastTime(): number {
    return this.#number(LAST_TIME);
  }
  /** Its value. */
  get lastValue(): number {
    return this.#number(LAST_VALUE);
  }

  /** Keeps a sample as the newest, where it is. */
  noteNewest(time: number, value: number): void {
    if (time < this.lastTime) return;
    this.#setNumber(LAST_TIME, time);
    this.#setNumber(LAST_VALUE, value);
  }

  /** The chunk that was written last; null = there is none, undefined = not looked for yet. */
  get tail(): Tail | undefined {
    const id = this.#number(TAIL_ID);
    if (id === notLookedFor) return undefined;
    return id === none ? null : { id, samples: this.#integer(TAIL_SAMPLES) };
  }
  set tail(tail: Tail | undefined) {
    this.#setNumber(TAIL_ID, tail === undefined ? notLookedFor : (tail?.id ?? none));
    this.#setInteger(TAIL_SAMPLES, tail?.samples ?? 0);
  }

  get #place(): Place {
    return this.#page.names.places[this.placeNumber] as Place;
  }
  get #part(): PartName {
    return this.#page.names.parts[this.partNumber] as PartName;
  }

  #number(column: number): number {
    return this.#page.numbers[this.#row * numbersOfRow + column] as number;
  }
  #setNumber(column: number, value: number): void {
    this.#page.numbers[this.#row * numbersOfRow + column] = value;
  }
  #integer(column: number): number {
    return this.#page.integers[this.#row * integersOfRow + column] as number;
  }
  #setInteger(column: number, value: number): void {
    this.#page.integers[this.#row * integersOfRow + column] = value;
  }
}

/** In the place of a chunk's id, which is never below 1. */
const notLookedFor = -1;
const none = 0;
