import { ByteReader } from './byte-reader.js';
import { readSamples, writeSamples } from './columns.js';
import type { Samples } from './samples.js';
import { sealed, unseal } from './sealed.js';

/**
 * Samples of one series as a chunk's bytes (docs/design.md §4.3): a regular series costs a few bytes for all of its times,
 * and a value with up to three decimals, as most are measured, one to three bytes.
 */
export function encodeChunk(samples: Samples): Uint8Array {
  return sealed((writer) => {
    writer.byte(chunkVersion);
    writeSamples(writer, samples);
  });
}

/** @returns undefined when the bytes are not what {@link encodeChunk} made. */
export function decodeChunk(bytes: Uint8Array): Samples | undefined {
  const payload = unseal(bytes);
  if (payload === undefined || payload[0] !== chunkVersion) return undefined;
  try {
    return readSamples(new ByteReader(payload, 1));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The first byte of a chunk's payload. */
export const chunkVersion = 1;
