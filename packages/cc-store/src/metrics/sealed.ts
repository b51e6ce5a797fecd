import { crc32 } from 'node:zlib';
import { ByteWriter } from './byte-writer.js';

/** Bytes behind a checksum of them: SQLite keeps none, and a turned bit in a delta would shift everything after it. */
export function seal(payload: Uint8Array): Uint8Array {
  return sealed((writer) => writer.bytes(payload));
}

/** The same of what `write` writes. Nothing else may be sealed meanwhile. */
export function sealed(write: (writer: ByteWriter) => void): Uint8Array {
  scratch.clear();
  for (let index = 0; index < checksumBytes; index++) scratch.byte(0);
  write(scratch);
  const bytes = scratch.finish();
  const checksum = crc32(bytes.subarray(checksumBytes));
  for (let index = 0; index < checksumBytes; index++) bytes[index] = checksum >>> (8 * index);
  return bytes;
}

/** The bytes behind the checksum, or undefined when they are not what was sealed. */
export function unseal(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < checksumBytes) return undefined;
  const payload = bytes.subarray(checksumBytes);
  const checksum = crc32(payload);
  for (let index = 0; index < checksumBytes; index++) {
    if (bytes[index] !== ((checksum >>> (8 * index)) & 0xff)) return undefined;
  }
  return payload;
}

/** Little-endian. */
const checksumBytes = 4;

/** All write into this one, then take what they wrote: a chunk is some hundred bytes, and thousands are written at once. */
const scratch = new ByteWriter(4096);
