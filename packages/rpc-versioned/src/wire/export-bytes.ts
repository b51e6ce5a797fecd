import { PayloadError, type Shape } from './shape.js';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const codes = new TextEncoder().encode(alphabet);
const invalid = 64;
const values = new Uint8Array(256).fill(invalid);
for (const [value, code] of codes.entries()) values[code] = value;
const ascii = new TextDecoder('latin1');

/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let to = 0;
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    out[to++] = code(bits >> 18);
    out[to++] = code(bits >> 12);
    out[to++] = left > 1 ? code(bits >> 6) : 0x3d;
    out[to++] = left > 2 ? code(bits) : 0x3d;
  }
  return ascii.decode(out);
}

const code = (bits: number): number => codes[bits & 63] ?? 0;

/**
 * Reads standard base64 with padding; line ends are skipped.
 *
 * @throws PayloadError for anything else: another alphabet, missing padding, junk.
 */
export function fromBase64(text: string): Uint8Array {
  const clean = /[\r\n]/.test(text) ? text.replace(/[\r\n]/g, '') : text;
  const padding = clean.endsWith('==') ? 2 : clean.endsWith('=') ? 1 : 0;
  const digits = clean.length - padding;
  if (clean.length % 4 !== 0) throw illegal(firstFault(clean, digits));
  const out = new Uint8Array((clean.length / 4) * 3 - padding);
  let to = 0;
  for (let at = 0; at < digits; at += 4) {
    let bits = 0;
    for (let index = at; index < at + 4; index++) {
      const value = index < digits ? (values[clean.charCodeAt(index)] ?? invalid) : 0;
      if (value === invalid) throw illegal(index);
      bits = (bits << 6) | value;
    }
    if (to < out.length) out[to++] = bits >> 16;
    if (to < out.length) out[to++] = (bits >> 8) & 255;
    if (to < out.length) out[to++] = bits & 255;
  }
  return out;
}

/** Where Go finds text at fault that has not whole groups of four: at its first bad character, else its last group. */
function firstFault(text: string, digits: number): number {
  for (let at = 0; at < digits; at++) if ((values[text.charCodeAt(at)] ?? invalid) === invalid) return at;
  return digits - (digits % 4);
}

const illegal = (at: number): PayloadError => new PayloadError(`illegal base64 data at input byte ${at}`);

/** Bytes that travel as base64; null and `''` are no bytes, and a list of byte numbers is taken too. */
export const exportBytes: Shape<Uint8Array> = {
  goType: '[]uint8',
  read(value) {
    if (value instanceof Uint8Array) return value;
    if (value === undefined || value === null) return new Uint8Array();
    if (typeof value === 'string') return fromBase64(value);
    if (!Array.isArray(value)) throw PayloadError.mismatch(value, '[]uint8');
    return Uint8Array.from(value as unknown[], (byte) => {
      if (typeof byte === 'number' && Number.isInteger(byte) && byte >= 0 && byte < 256) return byte;
      throw PayloadError.mismatch(byte, 'uint8');
    });
  },
  isEmpty: (value) => value.length === 0,
};
