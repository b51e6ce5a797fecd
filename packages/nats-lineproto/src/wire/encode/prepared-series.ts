import { Encoder } from './encoder.js';
import type { PointInput } from './field-input.js';

/** The measurement and the tags of entries that come again and again, checked and encoded once. */
export class PreparedSeries {
  /** @internal @param head the bytes up to the fields, the space before them included. */
  constructor(readonly head: Uint8Array) {}
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
  return new PreparedSeries(line.slice(0, line.length - 'f=true\n'.length));
}
