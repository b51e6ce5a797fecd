import { Encoder } from './encoder.js';
import type { PointInput } from './field-input.js';

/** The measurement and the tags of entries that come again and again, checked and encoded once. */
export class PreparedSeries {
  /**
   * @internal The bytes of measurement and tags, eight to a number: of thousands of series, these lie nearer together in
   * memory than arrays of bytes do.
   */
  readonly chunks: readonly number[];
  /** @internal How many bytes they are: the last number may hold some too many. */
  readonly byteLength: number;

  /** @internal @param head the bytes of measurement and tags. */
  constructor(head: Uint8Array) {
    const padded = new DataView(new ArrayBuffer(Math.ceil(head.length / 8) * 8));
    new Uint8Array(padded.buffer).set(head);
    this.chunks = Array.from({ length: padded.byteLength / 8 }, (_, index) => padded.getFloat64(index * 8, true));
    this.byteLength = head.length;
  }
}

/**
 * Prepares a series for {@link Encoder.startSeries}.
 *
 * @param tags in any order.
 * @throws LineProtocolError as `Encoder.startLine` and `Encoder.addTag`.
 */
export function prepareSeries(measurement: string, tags?: PointInput['tags']): PreparedSeries {
  const encoder = new Encoder({ initialBytes: 256 });
  const line = encoder.encode({ measurement, tags, fields: { f: true } }).bytes();
  return new PreparedSeries(line.subarray(0, line.length - ' f=true\n'.length));
}
