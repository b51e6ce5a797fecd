/** Deepest nesting that {@link jsonEnd} looks into. */
const mostDepth = 64;

/**
 * Checks that bytes are one JSON value, as `JSON.parse` takes it of their text. Nothing is made of them, which is a fraction of the cost.
 *
 * @param from where the value begins.
 * @returns the index behind the value; -1 where there is none, or more than one, and for some that are nested deeply.
 */
export function jsonEnd(bytes: Uint8Array, from: number): number {
  const end = valueEnd(bytes, from, mostDepth);
  return end >= 0 && skipSpace(bytes, end) === bytes.length ? end : -1;
}

/** @returns the index behind the value that begins at an index; -1 where there is none. */
function valueEnd(bytes: Uint8Array, from: number, depth: number): number {
  switch (bytes[from]) {
    case 0x22:
      return textEnd(bytes, from + 1);
    case 0x7b:
      return depth === 0 ? -1 : objectEnd(bytes, from + 1, depth - 1);
    case 0x5b:
      return depth === 0 ? -1 : arrayEnd(bytes, from + 1, depth - 1);
    case 0x74:
      return wordEnd(bytes, from, 'true');
    case 0x66:
      return wordEnd(bytes, from, 'false');
    case 0x6e:
      return wordEnd(bytes, from, 'null');
    default:
      return numberEnd(bytes, from);
  }
}

function objectEnd(bytes: Uint8Array, from: number, depth: number): number {
  let at = skipSpace(bytes, from);
  if (bytes[at] === 0x7d) return at + 1;
  for (;;) {
    if (bytes[at] !== 0x22) return -1;
    at = textEnd(bytes, at + 1);
    if (at < 0) return -1;
    at = skipSpace(bytes, at);
    if (bytes[at] !== 0x3a) return -1;
    at = valueEnd(bytes, skipSpace(bytes, at + 1), depth);
    if (at < 0) return -1;
    at = skipSpace(bytes, at);
    if (bytes[at] === 0x7d) return at + 1;
    if (bytes[at] !== 0x2c) return -1;
    at = skipSpace(bytes, at + 1);
  }
}

function arrayEnd(bytes: Uint8Array, from: number, depth: number): number {
  let at = skipSpace(bytes, from);
  if (bytes[at] === 0x5d) return at + 1;
  for (;;) {
    at = valueEnd(bytes, at, depth);
    if (at < 0) return -1;
    at = skipSpace(bytes, at);
    if (bytes[at] === 0x5d) return at + 1;
    if (bytes[at] !== 0x2c) return -1;
    at = skipSpace(bytes, at + 1);
  }
}

/** Bytes above 0x7f are of no concern: whatever is no UTF-8 becomes U+FFFD. */
function textEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte !== undefined && byte >= 0x20; byte = bytes[at]) {
    if (byte === 0x22) return at + 1;
    at += byte === 0x5c ? escapeLength(bytes, at + 1) : 1;
  }
  return -1;
}

/** @returns how long an escape is, the backslash in front with it; more than there is where it is none. */
function escapeLength(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case 0x22:
    case 0x2f:
    case 0x5c:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return 2;
    case 0x75:
      for (let digit = at + 1; digit <= at + 4; digit += 1) if (!isHexDigit(bytes[digit])) return bytes.length;
      return 6;
    default:
      return bytes.length;
  }
}

function wordEnd(bytes: Uint8Array, from: number, word: string): number {
  for (let at = 0; at < word.length; at += 1) if (bytes[from + at] !== word.charCodeAt(at)) return -1;
  return from + word.length;
}

function numberEnd(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === 0x2d ? from + 1 : from;
  if (!isDigit(bytes[at])) return -1;
  at = bytes[at] === 0x30 ? at + 1 : skipDigits(bytes, at);
  if (bytes[at] === 0x2e) {
    if (!isDigit(bytes[at + 1])) return -1;
    at = skipDigits(bytes, at + 1);
  }
  if (bytes[at] !== 0x65 && bytes[at] !== 0x45) return at;
  at += bytes[at + 1] === 0x2b || bytes[at + 1] === 0x2d ? 2 : 1;
  return isDigit(bytes[at]) ? skipDigits(bytes, at) : -1;
}

function skipDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at])) at += 1;
  return at;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

const isHexDigit = (byte: number | undefined): boolean =>
  byte !== undefined && (isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66));

/** @returns the index of the first byte that is no white space. */
export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at += 1;
  return at;
}

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** @param from where a text begins. @returns the index behind its closing quote. */
export function skipText(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  for (let byte = bytes[at]; byte !== 0x22 && byte !== undefined; byte = bytes[at]) at += byte === 0x5c ? 2 : 1;
  return at + 1;
}

/** @param from where a value begins. @returns the index behind it. */
export function skipValue(bytes: Uint8Array, from: number): number {
  let depth = 0;
  let at = from;
  for (let byte = bytes[at]; byte !== undefined; byte = bytes[at]) {
    if (byte === 0x22) {
      at = skipText(bytes, at);
      if (depth === 0) return at;
      continue;
    }
    if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (byte === 0x2c || isSpace(byte))) return at;
    at += 1;
  }
  return at;
}
