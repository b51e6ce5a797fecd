import { crc32 } from 'node:zlib';

/** Puts a checksum before bytes: SQLite keeps none, and a turned bit in a delta would shift everything after it. */
export function seal(payload: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(payload.length + 4);
  new DataView(sealed.buffer).setUint32(0, crc32(payload), true);
  sealed.set(payload, 4);
  return sealed;
}

/** The bytes behind the checksum, or undefined when they are not what was sealed. */
export function unseal(sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < 4) return undefined;
  const payload = sealed.subarray(4);
  const expected = new DataView(sealed.buffer, sealed.byteOffset).getUint32(0, true);
  return crc32(payload) === expected ? payload : undefined;
}
