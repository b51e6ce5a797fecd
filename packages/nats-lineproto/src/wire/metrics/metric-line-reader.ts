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

  /** The tags that were read last: a collector's lines of one host have them all in common. */
  #tags: ReadTags = noTags;
  #tagsSerial = -1;
  #tagsCount = 0;

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
    this.#readTags(entry);
    const value = this.#readValue(entry);
    if (typeof value === 'boolean') return value;
    this.#time = time;
    const { isPath, type, typeId, subtype, subtypeId } = this.#tags;
    if (isPath) return this.#fault('unsafe_name', 'a name of cluster or host holds "..", "/" or "\\"', this.#entry);
    if (type === 'unknown')
      return this.#fault('unknown_type', `host ${this.#host}: no type of ClusterCockpit's`, this.#entry);
    const sample: MetricSample = { cluster: this.#cluster, host: this.#host, metric: entry.measurement, time, value };
    if (type !== undefined) {
      sample.type = type;
      if (typeId !== undefined) sample.typeId = typeId;
      if (subtype !== undefined) sample.subtype = subtype;
      if (subtypeId !== undefined) sample.subtypeId = subtypeId;
    }
    this.#samples.push(sample);
    return true;
  }

  #readHost(entry: EntryView): void {
    for (let index = 0; index < entry.tagCount; index++) {
      const key = entry.tagKey(index);
      if (key === 'hostname' || key === 'host') this.#host = entry.tagValue(index);
    }
  }

  /** Reads the tags, unless they are those of the entry that was read before. */
  #readTags(entry: EntryView): void {
    const isNext = entry.serial === this.#tagsSerial + 1 && entry.tagCount === this.#tagsCount;
    this.#tagsSerial = entry.serial;
    if (isNext && entry.hasSameTags) return;
    this.#tagsCount = entry.tagCount;
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
    const isPath = couldLeadOut(this.#cluster) || couldLeadOut(this.#host);
    if (type === '' || type === 'node') this.#tags = isPath ? { ...noTags, isPath } : noTags;
    else this.#tags = { isPath, type: isMetricSampleType(type) ? type : 'unknown', typeId, subtype, subtypeId };
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

/** What the tags of a line say beside cluster and host. */
interface ReadTags {
  /** Whether cluster or host could lead out of its place in a tree of folders. */
  isPath: boolean;
  /** undefined = of the whole node. */
  type: MetricSample['type'] | 'unknown';
  typeId: string | undefined;
  subtype: string | undefined;
  subtypeId: string | undefined;
}

const noTags: ReadTags = {
  isPath: false,
  type: undefined,
  typeId: undefined,
  subtype: undefined,
  subtypeId: undefined,
};

/** Whether the name could lead out of its place in a tree of folders. */
function couldLeadOut(name: string): boolean {
  return name.includes('..') || name.includes('/') || name.includes('\\');
}
