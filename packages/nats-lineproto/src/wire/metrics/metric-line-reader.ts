import type { EntryView } from '../entry-view.js';
import type { LineError } from '../line-error.js';
import { dumpValue } from './go-value-dump.js';
import { isMetricSampleType, type MetricSample } from './metric-sample.js';

/** How metric lines are read. */
export interface MetricLineOptions {
  /** The cluster of lines without the tag `cluster`, before one with it. */
  defaultCluster: string;
  /** The time of the request: Unix milliseconds. */
  now: number;
  /** Whether a metric of that name is configured; lines of others are passed over, whatever else they hold. */
  isMetric: (name: string) => boolean;
}

/** What is wrong with a metric line. */
export type BadSampleKind = 'syntax' | 'unknown_field' | 'unsupported_value' | 'unsafe_name' | 'unknown_type';

/** Told what is wrong with a line; false ends the reading. */
export type MetricFaultListener = (kind: BadSampleKind, reason: string, entry: number) => boolean;

/** The rules of metric lines: a visitor that puts what it reads into a list of samples. */
export class MetricLineReader {
  readonly #samples: MetricSample[];
  readonly #fault: MetricFaultListener;
  readonly #isMetric: (name: string) => boolean;
  readonly #now: number;
  #cluster: string;
  #host = '';
  #time: number;

  /** The number of the entry, and whether it was asked about: a bad measurement is not. */
  #entry = 0;
  #isCounted = false;

  constructor(options: MetricLineOptions, samples: MetricSample[], fault: MetricFaultListener) {
    this.#samples = samples;
    this.#fault = fault;
    this.#isMetric = options.isMetric;
    this.#now = Math.floor(options.now / 1000);
    this.#cluster = options.defaultCluster;
    this.#time = this.#now;
  }

  wants(entry: EntryView): boolean {
    this.#entry++;
    this.#isCounted = this.#isMetric(entry.measurement);
    return this.#isCounted;
  }

  entry(entry: EntryView): boolean {
    this.#isCounted = false;
    return this.#read(entry, entry.seconds ?? this.#time);
  }

  /** The faults of a time are none to the original; those of fields come behind what it finds in the fields before. */
  error(error: LineError, entry: EntryView): boolean {
    if (!this.#isCounted) this.#entry++;
    this.#isCounted = false;
    if (error.kind === 'time') return this.#read(entry, this.#now);
    if (error.kind === 'field') {
      this.#readHost(entry);
      const value = this.#readValue(entry);
      if (typeof value === 'boolean') return value;
    }
    return this.#fault('syntax', error.text, this.#entry);
  }

  #read(entry: EntryView, time: number): boolean {
    const sample: MetricSample = { cluster: '', host: '', metric: entry.measurement, time, value: 0 };
    const isKept = this.#readTags(entry, sample);
    const value = this.#readValue(entry);
    if (typeof value === 'boolean') return value;
    sample.value = value;
    this.#time = time;
    if (isPath(sample.cluster) || isPath(sample.host))
      return this.#fault('unsafe_name', 'a name of cluster or host holds "..", "/" or "\\"', this.#entry);
    if (!isKept) return this.#fault('unknown_type', `host ${this.#host}: no type of ClusterCockpit's`, this.#entry);
    this.#samples.push(sample);
    return true;
  }

  #readHost(entry: EntryView): void {
    for (let index = 0; index < entry.tagCount; index++) {
      const key = entry.tagKey(index);
      if (key === 'hostname' || key === 'host') this.#host = entry.tagValue(index);
    }
  }

  /** @returns false where the type is none of ClusterCockpit's. */
  #readTags(entry: EntryView, sample: MetricSample): boolean {
    let type = '';
    let typeId: string | undefined;
    let subtype: string | undefined;
    let subtypeId: string | undefined;
    for (let index = 0; index < entry.tagCount; index++) {
      switch (entry.tagKey(index)) {
        case 'cluster':
          this.#cluster = entry.tagValue(index);
          break;
        case 'hostname':
        case 'host':
          this.#host = entry.tagValue(index);
          break;
        case 'type':
          type = entry.tagValue(index);
          break;
        case 'type-id':
          typeId = entry.tagValue(index);
          break;
        case 'stype':
          subtype = entry.tagValue(index);
          break;
        case 'stype-id':
          subtypeId = entry.tagValue(index);
          break;
      }
    }
    sample.cluster = this.#cluster;
    sample.host = this.#host;
    if (type === '' || type === 'node') return true;
    if (!isMetricSampleType(type)) return false;
    sample.type = type;
    if (typeId !== undefined) sample.typeId = typeId;
    if (subtype !== undefined) sample.subtype = subtype;
    if (subtypeId !== undefined) sample.subtypeId = subtypeId;
    return true;
  }

  /** The last field `value`; where a field is not to be there, whether reading goes on. */
  #readValue(entry: EntryView): number | boolean {
    let value = 0;
    for (let index = 0; index < entry.fieldCount; index++) {
      const key = entry.fieldKey(index);
      if (key !== 'value') {
        const reason = `host ${this.#host}: unknown field: '${key}' (value: ${dumpValue(entry, index)})`;
        return this.#fault('unknown_field', reason, this.#entry);
      }
      const kind = entry.fieldKind(index);
      if (kind === 'string' || kind === 'boolean') {
        const type = kind === 'string' ? kind : 'bool';
        const reason = `host ${this.#host}: unsupported value type in message: ${type}`;
        return this.#fault('unsupported_value', reason, this.#entry);
      }
      value = entry.fieldNumber(index);
    }
    return value;
  }
}

/** Whether the name could lead out of its place in a tree of folders. */
function isPath(name: string): boolean {
  return name.includes('..') || name.includes('/') || name.includes('\\');
}
