import type { EntryView } from '../entry-view.js';
import type { LineError } from '../line-error.js';
import { visit } from '../visit.js';
import { dumpValue } from './go-value-dump.js';
import { isMetricSampleType, type MetricSample } from './metric-sample.js';

export interface DecodeMetricSamplesOptions {
  /** The cluster of lines without the tag `cluster`, before one with it. */
  defaultCluster: string;
  /** The time of the request: Unix milliseconds. */
  now: number;
  /** Whether a metric of that name is configured; lines of others are passed over, whatever else they hold. */
  isMetric: (name: string) => boolean;
}

export interface DecodedMetricSamples {
  /** In the order of the lines; those before an error are to be stored all the same. */
  samples: MetricSample[];
  /** Samples left out for a cluster or host with `..`, `/` or `\` in its name, or for a type that ClusterCockpit has not. */
  dropped: number;
  /** Why the body was not read to its end: the text of the answer 400. */
  error?: string;
}

/**
 * Reads metric lines by the rules of ClusterCockpit's `POST /api/write` (docs/protocol.md §6): timestamps are whole seconds,
 * and one that is not takes the time of the request; a line without one takes that of the line before it; likewise host
 * and cluster.
 *
 * Never throws, whatever the bytes.
 */
export function decodeMetricSamples(body: Uint8Array, options: DecodeMetricSamplesOptions): DecodedMetricSamples {
  const reader = new MetricLineReader(options);
  visit(body, reader, { precision: 's' });
  return reader.result;
}

class MetricLineReader {
  readonly result: DecodedMetricSamples = { samples: [], dropped: 0 };
  readonly #isMetric: (name: string) => boolean;
  readonly #now: number;
  #cluster: string;
  #host = '';
  #time: number;

  constructor(options: DecodeMetricSamplesOptions) {
    this.#isMetric = options.isMetric;
    this.#now = Math.floor(options.now / 1000);
    this.#cluster = options.defaultCluster;
    this.#time = this.#now;
  }

  wants(entry: EntryView): boolean {
    return this.#isMetric(entry.measurement);
  }

  entry(entry: EntryView): boolean {
    return this.#read(entry, entry.seconds ?? this.#time);
  }

  /** The faults of a time are none to the original; those of fields come behind what it finds in the fields before. */
  error(error: LineError, entry: EntryView): boolean {
    if (error.kind === 'time') return this.#read(entry, this.#now);
    if (error.kind === 'field') {
      this.#readHost(entry);
      if (Number.isNaN(this.#readValue(entry))) return false;
    }
    this.result.error = error.text;
    return false;
  }

  #read(entry: EntryView, time: number): boolean {
    const sample: MetricSample = { cluster: '', host: '', metric: entry.measurement, time, value: 0 };
    const isKept = this.#readTags(entry, sample);
    sample.value = this.#readValue(entry);
    if (Number.isNaN(sample.value)) return false;
    this.#time = time;
    if (isKept && !isPath(sample.cluster) && !isPath(sample.host)) this.result.samples.push(sample);
    else this.result.dropped++;
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

  /** The last field `value`; NaN, and the error, where a field is not to be there. */
  #readValue(entry: EntryView): number {
    let value = 0;
    for (let index = 0; index < entry.fieldCount; index++) {
      const key = entry.fieldKey(index);
      if (key !== 'value') {
        this.result.error = `host ${this.#host}: unknown field: '${key}' (value: ${dumpValue(entry, index)})`;
        return NaN;
      }
      const kind = entry.fieldKind(index);
      if (kind === 'string' || kind === 'boolean') {
        const type = kind === 'string' ? kind : 'bool';
        this.result.error = `host ${this.#host}: unsupported value type in message: ${type}`;
        return NaN;
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
