import type { MetricSample } from '@moorline/cc-api/server';
import type { Tail } from './fold-series.js';
import { type Waiting, WaitingSamples } from './waiting-samples.js';

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

/** Keeps a sample as the newest of its series, where it is. */
export function noteNewest(state: SeriesState, time: number, value: number): void {
  if (time < state.lastTime) return;
  state.lastTime = time;
  state.lastValue = value;
}

/**
 * One series: what it is of, and where it stands. One flat object, as there are 100,000 and more; its own samples that are in no chunk yet are in
 * {@link SeriesCatalog.waiting}.
 */
export class SeriesState implements SeriesKey, Waiting {
  readonly id: number;
  readonly cluster: string;
  readonly host: string;
  readonly metric: string;
  readonly type: string;
  readonly typeId: string;
  readonly subtype: string;
  readonly subtypeId: string;
  waiting = 0;
  firstWaiting = 0;
  lastWaiting = 0;
  /** Time of the newest sample that arrived since the start, Unix seconds. */
  lastTime = -Infinity;
  /** Its value. */
  lastValue = NaN;
  /** The chunk that was written last. */
  #tailId = notLookedFor;
  #tailSamples = 0;
  /** Samples that are on their way into the journal. */
  pending = 0;

  constructor(id: number, key: SeriesKey) {
    this.id = id;
    this.cluster = key.cluster;
    this.host = key.host;
    this.metric = key.metric;
    this.type = key.type;
    this.typeId = key.typeId;
    this.subtype = key.subtype;
    this.subtypeId = key.subtypeId;
  }

  get key(): SeriesKey {
    return this;
  }

  /** The chunk that was written last; null = there is none, undefined = not looked for yet. */
  get tail(): Tail | undefined {
    if (this.#tailId === notLookedFor) return undefined;
    return this.#tailId === none ? null : { id: this.#tailId, samples: this.#tailSamples };
  }

  set tail(tail: Tail | undefined) {
    this.#tailId = tail === undefined ? notLookedFor : (tail?.id ?? none);
    this.#tailSamples = tail?.samples ?? 0;
  }
}

/** In the place of a chunk's id, which is never below 1. */
const notLookedFor = -1;
const none = 0;

/** Every series by id, and by host and key. */
export class SeriesCatalog {
  /** Samples that are in the journal but in no chunk yet. */
  #waiting = new WaitingSamples();
  readonly #byId = new Map<number, SeriesState>();
  readonly #byCluster = new Map<string, Map<string, Map<string, SeriesState>>>();
  /** The host that was asked for last: lines of one come behind each other. */
  #lastHost: { cluster: string; host: string; series: Map<string, SeriesState> } | undefined;
  /** Series without a row in the file yet. */
  readonly #unsaved = new Set<SeriesState>();
  /** As many as there are hosts, metrics and parts: they stay when their last series goes. */
  readonly #texts = new Map<string, string>();
  #nextId = 1;
  #version = 0;

  /** Another number = another set of series. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#byId.size;
  }

  get waiting(): WaitingSamples {
    return this.#waiting;
  }

  /** Takes a sample that is in the journal. */
  keep(state: SeriesState, time: number, value: number): void {
    this.#waiting.add(state, time, value);
    noteNewest(state, time, value);
  }

  /** Lets go of every sample that waits. */
  emptyWaiting(): void {
    this.#waiting = new WaitingSamples();
    for (const state of this.all()) state.waiting = 0;
  }

  byId(id: number): SeriesState | undefined {
    return this.#byId.get(id);
  }

  /** Every series of a host. */
  ofHost(cluster: string, host: string): Iterable<SeriesState> {
    return this.#seriesOf(cluster, host)?.values() ?? [];
  }

  all(): Iterable<SeriesState> {
    return this.#byId.values();
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
    return this.#seriesOf(sample.cluster, sample.host)?.get(nameOfSeries(sample));
  }

  /** The series of a sample, made where it is new. */
  of(sample: MetricSample): SeriesState {
    const known = this.find(sample);
    if (known !== undefined) return known;
    const { cluster, host, metric, type = 'node', typeId = '', subtype = '', subtypeId = '' } = sample;
    const state = this.#add(this.#nextId, { cluster, host, metric, type, typeId, subtype, subtypeId });
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

  /** Its row is gone, or about to go. */
  markUnsaved(state: SeriesState): void {
    this.#unsaved.add(state);
  }

  markSaved(series: readonly SeriesState[]): void {
    for (const state of series) this.#unsaved.delete(state);
  }

  remove(state: SeriesState): void {
    this.#version += 1;
    this.#byId.delete(state.id);
    this.#unsaved.delete(state);
    const hosts = this.#byCluster.get(state.key.cluster);
    const series = hosts?.get(state.key.host);
    series?.delete(nameOfSeries(state.key));
    if (series?.size === 0) hosts?.delete(state.key.host);
    if (hosts?.size === 0) this.#byCluster.delete(state.key.cluster);
    this.#lastHost = undefined;
  }

  #add(id: number, made: SeriesKey): SeriesState {
    const key = this.#sharingTexts(made);
    const state = new SeriesState(id, key);
    this.#version += 1;
    this.#byId.set(id, state);
    let hosts = this.#byCluster.get(key.cluster);
    if (hosts === undefined) this.#byCluster.set(key.cluster, (hosts = new Map()));
    let series = hosts.get(key.host);
    if (series === undefined) hosts.set(key.host, (series = new Map()));
    series.set(nameOfSeries(key), state);
    this.#nextId = Math.max(this.#nextId, id + 1);
    return state;
  }

  /**
   * Series have their texts in common; each sample's are its own, and would stay in memory with the series it began. One that was cut out of a
   * longer text keeps all of that, as it was received: so the text that is kept is a copy.
   */
  #sharingTexts(key: SeriesKey): SeriesKey {
    const text = (one: string): string => {
      const known = this.#texts.get(one);
      if (known !== undefined) return known;
      const copied = Buffer.from(one).toString();
      // Half a character does not come back.
      const own = copied === one ? copied : one;
      this.#texts.set(own, own);
      return own;
    };
    return {
      cluster: text(key.cluster),
      host: text(key.host),
      metric: text(key.metric),
      type: text(key.type),
      typeId: text(key.typeId),
      subtype: text(key.subtype),
      subtypeId: text(key.subtypeId),
    };
  }

  #seriesOf(cluster: string, host: string): Map<string, SeriesState> | undefined {
    if (this.#lastHost?.host === host && this.#lastHost.cluster === cluster) return this.#lastHost.series;
    const series = this.#byCluster.get(cluster)?.get(host);
    if (series !== undefined) this.#lastHost = { cluster, host, series };
    return series;
  }
}

/** Where a series stands: cluster, host, part with its id, device with its id; the last two where it is of such. */
export function pathOf({ cluster, host, type, typeId, subtype, subtypeId }: SeriesKey): string[] {
  const part = type === 'node' ? typeId : `${type}${typeId}`;
  const device = `${subtype}${subtypeId}`;
  return [cluster, host, ...(part === '' ? [] : [part]), ...(device === '' ? [] : [device])];
}

/** The key within a host. Most series are of the whole node: their name is the metric's, and costs nothing to make. */
export function nameOfSeries({
  metric,
  type = 'node',
  typeId = '',
  subtype = '',
  subtypeId = '',
}: Partial<SeriesKey> & { metric: string }): string {
  if (type === 'node' && typeId === '' && subtype === '' && subtypeId === '') return metric;
  return `${metric}\0${type}\0${typeId}\0${subtype}\0${subtypeId}`;
}
