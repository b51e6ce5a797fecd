import { promisify } from 'node:util';
import { deflateRaw, deflateRawSync, inflateRaw } from 'node:zlib';
import type { JobMetricWithName, MetricScope, StatsSeries, Unit } from '@moorline/cc-api';
import { ByteReader } from '../metrics/byte-reader.js';
import { ByteWriter } from '../metrics/byte-writer.js';
import { readSamples, writeSamples } from '../metrics/columns.js';
import { seal, unseal } from '../metrics/sealed.js';

/** A job's series as the bytes of its archive (docs/design.md §7.2). What would take long is compressed on another thread. */
export async function encodeArchive(metrics: readonly JobMetricWithName[]): Promise<Uint8Array> {
  const head = new TextEncoder().encode(JSON.stringify(metrics.map(toHead)));
  const writer = new ByteWriter(head.length + 1024);
  writer.varint(head.length);
  writer.bytes(head);
  for (const { metric } of metrics) for (const { data } of metric.series) writeSamples(writer, filledSlots(data));
  const bytes = writer.finish();
  const packed = bytes.length <= quickBytes ? deflateRawSync(bytes) : await deflate(bytes);
  const payload = new Uint8Array(packed.length + 1);
  payload[0] = version;
  payload.set(packed, 1);
  return seal(payload);
}

/** @returns undefined when the bytes are not what {@link encodeArchive} made. */
export async function decodeArchive(bytes: Uint8Array): Promise<JobMetricWithName[] | undefined> {
  const payload = unseal(bytes);
  if (payload === undefined || payload[0] !== version) return undefined;
  try {
    const reader = new ByteReader(await inflate(payload.subarray(1)));
    const heads = JSON.parse(new TextDecoder().decode(reader.bytes(reader.varint()))) as Head[];
    return heads.map((head) => fromHead(head, reader));
  } catch {
    // The checksum fits, so this is a fault of the writer; the caller answers for it as for a torn row.
    return undefined;
  }
}

const version = 1;
/** Up to here compressing takes less than asking another thread for it. */
const quickBytes = 16 * 1024;
const deflate = promisify<Uint8Array, Buffer>(deflateRaw);
const inflate = promisify<Uint8Array, Buffer>(inflateRaw);

/** One metric at one scope without its values. */
interface Head {
  name: string;
  scope: MetricScope;
  unit: Unit;
  timestep: number;
  /** Only where it came with an imported job: otherwise it can be computed. */
  summary?: StatsSeries;
  series: SeriesHead[];
}

/** Statistics are kept: those of an imported job need not be what its rounded values give. */
type SeriesHead = [hostname: string, id: string | null, min: number, avg: number, max: number, length: number];

function toHead({
  name,
  scope,
  metric: { unit, timestep, series, statisticsSeries: summary },
}: JobMetricWithName): Head {
  return {
    name,
    scope,
    unit,
    timestep,
    ...(summary === undefined ? {} : { summary }),
    series: series.map(({ hostname, id = null, statistics: { min, avg, max }, data }) => [
      hostname,
      id,
      min,
      avg,
      max,
      data.length,
    ]),
  };
}

function fromHead({ name, scope, unit, timestep, summary, series }: Head, reader: ByteReader): JobMetricWithName {
  return {
    name,
    scope,
    metric: {
      ...(summary === undefined ? {} : { statisticsSeries: summary }),
      unit,
      timestep,
      series: series.map(([hostname, id, min, avg, max, length]) => {
        const { times, values } = readSamples(reader);
        const data = new Array<number | null>(length).fill(null);
        for (const [index, time] of times.entries()) data[time] = values[index] as number;
        return { hostname, ...(id === null ? {} : { id }), statistics: { min, avg, max }, data };
      }),
    },
  };
}

/** The slots that have a value, numbered: a column without gaps costs three bytes for its numbers. */
function filledSlots(data: readonly (number | null)[]): { times: number[]; values: number[] } {
  const filled: { times: number[]; values: number[] } = { times: [], values: [] };
  for (const [slot, value] of data.entries()) {
    if (value === null) continue;
    filled.times.push(slot);
    filled.values.push(value);
  }
  return filled;
}
