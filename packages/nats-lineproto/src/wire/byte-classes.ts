/** Bytes that mean something to the grammar (docs/protocol.md §2). */
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const HASH = 0x23;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const DOT = 0x2e;
export const ZERO = 0x30;
const NINE = 0x39;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;

/** Ends a measurement. */
export const ENDS_MEASUREMENT = 1;
/** Ends a tag key, a tag value or a field key. */
export const ENDS_KEY = 2;
/** Ends a field value that is not a string. */
export const ENDS_VALUE = 4;
/** 0x00–0x1F and 0x7F: refused in names, keys, tag values and comments. */
export const CONTROL = 8;
/** The backslash. */
export const ESCAPES = 16;
/** 0x80 and above: part of a character that takes several bytes. */
export const HIGH = 32;

/** The classes of each byte, as a sum of the constants above. */
export const byteClasses: Uint8Array = (() => {
  const classes = new Uint8Array(256);
  for (let byte = 0; byte < 0x20; byte++) classes[byte] = CONTROL | ENDS_MEASUREMENT | ENDS_KEY;
  classes[0x7f] = CONTROL | ENDS_MEASUREMENT | ENDS_KEY;
  classes[SPACE] = ENDS_MEASUREMENT | ENDS_KEY | ENDS_VALUE;
  classes[COMMA] = ENDS_MEASUREMENT | ENDS_KEY | ENDS_VALUE;
  classes[EQUALS] = ENDS_KEY;
  classes[LF] = CONTROL | ENDS_MEASUREMENT | ENDS_KEY | ENDS_VALUE;
  classes[CR] = CONTROL | ENDS_MEASUREMENT | ENDS_KEY | ENDS_VALUE;
  classes[BACKSLASH] = ESCAPES;
  classes.fill(HIGH, 0x80);
  return classes;
})();

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}
