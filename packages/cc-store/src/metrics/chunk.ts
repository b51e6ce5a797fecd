import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { readSamples, writeSamples } from './columns.js';
import type { Samples } from './samples.js';
import { seal, unseal } from './sealed.js';

/**
 * Samples of one series as a chunk's bytes (docs/design.md §4.3): a regular series costs a few bytes for all of its times,
 * and a value with up to three decimals, as most are measured, one to three bytes.
 */
export function encodeChunk(samples: Samples): Uint8Array {
  const writer = new ByteWriter(32 + samples.times.length * 4);
  writer.byte(version);
  writeSamples(writer, samples);
  return seal(writer.finish());
}

/** @returns undefined when the bytes are not what {@link encodeChunk} made. */
export function decodeChunk(bytes: Uint8Array): Samples | undefined {
  const payload = unseal(bytes);
  if (payload === undefined || payload[0] !== version) return undefined;
  try {
    return readSamples(new ByteReader(payload.subarray(1)));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const version = 1;
