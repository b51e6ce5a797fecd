import { isValidUtf8 } from './utf8.js';

/** Bytes between double quotes, as the reference decoder quotes them in its messages. */
export function quoteBytes(bytes: Uint8Array, start: number, end: number): string {
  let text = '"';
  let pos = start;
  while (pos < end) {
    const length = characterLength(bytes, pos, end);
    if (length === 0) {
      text += escapeByte(bytes[pos] ?? 0);
      pos++;
    } else {
      text += quoteCharacter(utf8.decode(bytes.subarray(pos, pos + length)), '"');
      pos += length;
    }
  }
  return `${text}"`;
}

/** A byte between single quotes, as the character with its number. */
export function quoteByte(byte: number): string {
  return `'${quoteCharacter(String.fromCharCode(byte), "'")}'`;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const shortEscapes = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
]);

function quoteCharacter(character: string, quote: string): string {
  if (character === quote) return `\\${quote}`;
  const short = shortEscapes.get(character);
  if (short !== undefined) return short;
  if (character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return escapeByte(code);
  return code < 0x1_0000 ? `\\u${hexadecimal(code, 4)}` : `\\U${hexadecimal(code, 8)}`;
}

function escapeByte(byte: number): string {
  return `\\x${hexadecimal(byte, 2)}`;
}

function hexadecimal(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}

/** Bytes of the character at `pos`; 0 where it is not UTF-8. */
function characterLength(bytes: Uint8Array, pos: number, end: number): number {
  const lead = bytes[pos] ?? 0;
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return pos + length <= end && isValidUtf8(bytes, pos, pos + length) ? length : 0;
}
