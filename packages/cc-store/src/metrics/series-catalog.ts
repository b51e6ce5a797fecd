import type { MetricSample } from '@moorline/cc-api/server';
import { SeriesIndex } from './series-index.js';
import { type Place, SeriesNames } from './series-names.js';
import { SeriesPage, seriesOfPage } from './series-page.js';
import { type SeriesKey, SeriesState } from './series-state.js';
import { WaitingSamples } from './waiting-samples.js';

/** Every series by id, and by host and key. */
export class SeriesCatalog {
  /** Samples that are in the journal but in no chunk yet. */
  #waiting = new WaitingSamples();
  /** By rows; those of removed series are free. */
  readonly #series: (SeriesState | undefined)[] = [];
  readonly #freeRows: number[] = [];
  readonly #pages: SeriesPage[] = [];
  readonly #names = new SeriesNames();
  readonly #index = new SeriesIndex(this.#series);
  /** Rows by ids, which are nearly dense. */
  readonly #rowOf: number[] = [];
  /** The series that was found last. */
  #last: SeriesState | undefined;
  #size = 0;
  /** Series without a row in the file yet. */
  readonly #unsaved = new Set<SeriesState>();
  #nextId = 1;
  #version = 0;

  /** Another number = another set of series. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#size;
  }

  get waiting(): WaitingSamples {
    return this.#waiting;
  }

  /** Takes a sample that is in the journal. */
  keep(state: SeriesState, time: number, value: number): void {
    this.#waiting.add(state, time, value);
    state.noteNewest(time, value);
  }

  /** Lets go of every sample that waits. */
  emptyWaiting(): void {
    this.#waiting = new WaitingSamples();
    for (const state of this.all()) state.waiting = 0;
  }

  byId(id: number): SeriesState | undefined {
    const row = this.#rowOf[id] ?? -1;
    return row < 0 ? undefined : this.#series[row];
  }

  /** Every series of a host, in the order in which they came. */
  ofHost(cluster: string, host: string): SeriesState[] {
    const found: SeriesState[] = [];
    const place = this.#names.findPlace(cluster, host);
    let row = place < 0 ? -1 : (this.#names.places[place] as Place).first;
    while (row >= 0) {
      const state = this.#series[row] as SeriesState;
      found.push(state);
      row = state.nextOfPlace;
    }
    return found;
  }

  *all(): Iterable<SeriesState> {
    for (const state of this.#series) if (state !== undefined) yield state;
  }

  /** Every series whose path begins with these parts. */
  below(path: readonly string[]): SeriesState[] {
    const [cluster, host] = path;
    const candidates = cluster === undefined || host === undefined ? this.all() : this.ofHost(cluster, host);
    return [...candidates].filter(({ key }) => {
      const own = pathOf(key);
      return path.every((part, index) => own[index] === part);
    });
  }

  /** The series of a sample, where there is one. */
  find(sample: MetricSample): SeriesState | undefined {
    const place = this.#names.findPlace(sample.cluster, sample.host);
    if (place < 0) return undefined;
    const part = this.#names.findPart(sample);
    // A collector sends a host's series in one order each time: mostly that in which they came at first.
    let row = this.#last?.placeNumber === place ? this.#last.nextOfPlace : -1;
    if (row < 0) row = (this.#names.places[place] as Place).first;
    let state = this.#series[row];
    if (state === undefined || state.partNumber !== part || state.metric !== sample.metric) {
      const metric = this.#names.findMetric(sample.metric);
      if (metric < 0 || part < 0) return undefined;
      row = this.#index.find(place, metric, part);
      if (row < 0) return undefined;
      state = this.#series[row];
    }
    this.#last = state;
    return state;
  }

  /** The series of a sample, made where it is new. */
  of(sample: MetricSample): SeriesState {
    const known = this.find(sample);
    if (known !== undefined) return known;
    const state = this.#add(this.#nextId, sample);
    this.#unsaved.add(state);
    return state;
  }

  /** Adds one that the file has. */
  restore(id: number, key: SeriesKey): SeriesState {
    return this.#add(id, key);
  }

  unsaved(): SeriesState[] {
    return [...this.#unsaved];
  }

  /** Its row in the file is gone, or about to go. */
  markUnsaved(state: SeriesState): void {
    this.#unsaved.add(state);
  }

  markSaved(series: readonly SeriesState[]): void {
    for (const state of series) this.#unsaved.delete(state);
  }

  remove(state: SeriesState): void {
    const row = this.#rowOf[state.id] as number;
    this.#version += 1;
    this.#size -= 1;
    this.#unsaved.delete(state);
    this.#last = undefined;
    this.#index.remove(row);
    this.#unchain(row, state);
    this.#rowOf[state.id] = -1;
    this.#series[row] = undefined;
    this.#freeRows.push(row);
    state.leaveRow();
  }

  #add(id: number, key: Omit<MetricSample, 'type' | 'time' | 'value'> & { type?: string }): SeriesState {
    const row = this.#freeRows.pop() ?? this.#series.length;
    const page = (this.#pages[Math.floor(row / seriesOfPage)] ??= new SeriesPage(this.#names));
    const placeNumber = this.#names.place(key.cluster, key.host);
    const state = new SeriesState(page, row % seriesOfPage, id, {
      placeNumber,
      metricNumber: this.#names.metric(key.metric),
      partNumber: this.#names.part(key),
    });
    this.#version += 1;
    this.#size += 1;
    this.#series[row] = state;
    this.#rowOf[id] = row;
    this.#index.add(row);
    this.#chain(row, state);
    this.#nextId = Math.max(this.#nextId, id + 1);
    return state;
  }

  /** Puts a series behind the others of its host. */
  #chain(row: number, state: SeriesState): void {
    const place = this.#names.places[state.placeNumber] as Place;
    if (place.last < 0) place.first = row;
    else (this.#series[place.last] as SeriesState).nextOfPlace = row;
    place.last = row;
  }

  #unchain(row: number, state: SeriesState): void {
    const place = this.#names.places[state.placeNumber] as Place;
    let before: SeriesState | undefined;
    let rowBefore = -1;
    for (let at = place.first; at !== row; at = before.nextOfPlace) {
      before = this.#series[at] as SeriesState;
      rowBefore = at;
    }
    if (before === undefined) place.first = state.nextOfPlace;
    else before.nextOfPlace = state.nextOfPlace;
    if (place.last === row) place.last = rowBefore;
  }
}

/** Where a series stands: cluster, host, part with its id, device with its id; the last two where it is of such. */
export function pathOf({ cluster, host, type, typeId, subtype, subtypeId }: SeriesKey): string[] {
  const part = type === 'node' ? typeId : `${type}${typeId}`;
  const device = `${subtype}${subtypeId}`;
  return [cluster, host, ...(part === '' ? [] : [part]), ...(device === '' ? [] : [device])];
}
