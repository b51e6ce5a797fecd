import type { EntryView } from '../entry-view.js';
import type { LineError } from '../line-error.js';
import { dumpValue } from './go-value-dump.js';
import type { MetricSample } from './metric-sample.js';
import { MetricTags } from './metric-tags.js';

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
  readonly #tags: MetricTags;
  #time: number;
  /** The entry whose fields were read last, if all of them were named `value`; else −1. */
  #valueSerial = -1;

  /** The number of the entry, and whether it was asked about: a bad measurement is not. */
  #entry = 0;
  #isCounted = false;

  constructor(options: MetricLineOptions, samples: MetricSample[], fault: MetricFaultListener) {
    this.#samples = samples;
    this.#fault = fault;
    this.#isMetric = options.isMetric;
    this.#now = Math.floor(options.now / 1000);
    this.#tags = new MetricTags(options.defaultCluster);
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
      this.#tags.readHost(entry);
      const value = this.#readValue(entry);
      if (typeof value === 'boolean') return value;
    }
    return this.#fault('syntax', error.text, this.#entry);
  }

  #read(entry: EntryView, time: number): boolean {
    const tags = this.#tags;
    tags.read(entry);
    const value = this.#readValue(entry);
    if (typeof value === 'boolean') return value;
    this.#time = time;
    const { cluster, host, type, typeId, subtype, subtypeId } = tags;
    if (tags.isPath)
      return this.#fault('unsafe_name', 'a name of cluster or host holds "..", "/" or "\\"', this.#entry);
    if (type === 'unknown')
      return this.#fault('unknown_type', `host ${host}: no type of ClusterCockpit's`, this.#entry);
    const metric = entry.measurement;
    if (type === undefined) {
      this.#samples.push({ cluster, host, metric, time, value });
      return true;
    }
    // What most samples have is there at once: members that come later lie apart from the object.
    const sample: MetricSample =
      typeId === undefined
        ? { cluster, host, metric, time, value, type }
        : { cluster, host, metric, time, value, type, typeId };
    if (subtype !== undefined) sample.subtype = subtype;
    if (subtypeId !== undefined) sample.subtypeId = subtypeId;
    this.#samples.push(sample);
    return true;
  }

  /** The last field `value`; where a field is not to be there, whether reading goes on. */
  #readValue(entry: EntryView): number | boolean {
    const areNamedAlike = entry.hasSameFieldKeys && entry.serial === this.#valueSerial + 1;
    this.#valueSerial = -1;
    let value = 0;
    for (let index = 0; index < entry.fieldCount; index++) {
      const key = areNamedAlike ? 'value' : entry.fieldKey(index);
      if (key !== 'value') {
        const reason = `host ${this.#tags.host}: unknown field: '${key}' (value: ${dumpValue(entry, index)})`;
        return this.#fault('unknown_field', reason, this.#entry);
      }
      const kind = entry.fieldKind(index);
      if (kind === 'string' || kind === 'boolean') {
        const type = kind === 'string' ? kind : 'bool';
        const reason = `host ${this.#tags.host}: unsupported value type in message: ${type}`;
        return this.#fault('unsupported_value', reason, this.#entry);
      }
      value = entry.fieldNumber(index);
    }
    this.#valueSerial = entry.serial;
    return value;
  }
}
