/**
 * Parses JSON text as a Go peer does (docs/protocol.md §2.4): no byte order mark, nothing after the value, and bytes
 * that are not UTF-8 inside strings become U+FFFD.
 *
 * @throws JsonTextError with the words of a Go peer.
 */
export function parseJsonText(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new JsonTextError(describeFault(bytes));
  }
}

export class JsonTextError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonTextError';
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

const cutShort = 'unexpected end of JSON input';

/** Finds the first byte that cannot be part of a JSON document: run only over text that `JSON.parse` refused. */
function describeFault(bytes: Uint8Array): string {
  const scan = new Scan(bytes);
  try {
    scan.value();
    scan.blanks();
    if (!scan.isAtEnd) scan.refuse('after top-level value');
    return 'invalid JSON';
  } catch (error) {
    if (error instanceof JsonTextError) return error.message;
    throw error;
  }
}

/** A walk over the grammar without recursion, so that no depth of nesting can overflow the stack. */
class Scan {
  #at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  #peek(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new JsonTextError(cutShort);
    return byte;
  }

  /** Inside a word, a number or an escape a Go peer takes the end of the text for a blank, and calls that invalid. */
  #peekWithin(): number {
    return this.#bytes[this.#at] ?? 0x20;
  }

  refuse(context: string): never {
    throw new JsonTextError(`invalid character ${quoteByte(this.#peekWithin())} ${context}`);
  }

  blanks(): void {
    while (!this.isAtEnd && isBlank(this.#peek())) this.#at++;
  }

  value(): void {
    const open: ('object' | 'array')[] = [];
    for (;;) {
      this.blanks();
      const byte = this.#peek();
      if (byte === 0x7b) {
        this.#at++;
        this.blanks();
        if (this.#peek() === 0x7d) this.#at++;
        else {
          this.#key('looking for beginning of object key string');
          open.push('object');
          continue;
        }
      } else if (byte === 0x5b) {
        this.#at++;
        this.blanks();
        if (this.#peek() === 0x5d) this.#at++;
        else {
          open.push('array');
          continue;
        }
      } else this.#scalar(byte);
      if (!this.#afterValue(open)) return;
    }
  }

  /** Whether another value follows in one of the open containers. */
  #afterValue(open: ('object' | 'array')[]): boolean {
    for (let inside = open.at(-1); inside !== undefined; inside = open.at(-1)) {
      this.blanks();
      const byte = this.#peek();
      if (byte === 0x2c) {
        this.#at++;
        if (inside === 'object') {
          this.blanks();
          this.#key('looking for beginning of object key string');
        }
        return true;
      }
      if (byte !== (inside === 'object' ? 0x7d : 0x5d)) {
        this.refuse(inside === 'object' ? 'after object key:value pair' : 'after array element');
      }
      this.#at++;
      open.pop();
    }
    return false;
  }

  #key(context: string): void {
    if (this.#peek() !== 0x22) this.refuse(context);
    this.#string();
    this.blanks();
    if (this.#peek() !== 0x3a) this.refuse('after object key');
    this.#at++;
  }

  #scalar(first: number): void {
    if (first === 0x22) this.#string();
    else if (first === 0x2d || isDigit(first)) this.#number();
    else if (first === 0x74) this.#word('true');
    else if (first === 0x66) this.#word('false');
    else if (first === 0x6e) this.#word('null');
    else this.refuse('looking for beginning of value');
  }

  #word(word: string): void {
    for (let index = 0; index < word.length; index++) {
      const letter = word.charAt(index);
      if (this.#peekWithin() !== letter.charCodeAt(0)) this.refuse(`in literal ${word} (expecting '${letter}')`);
      this.#at++;
    }
  }

  #string(): void {
    this.#at++;
    for (;;) {
      const byte = this.#peek();
      if (byte === 0x22) break;
      if (byte < 0x20) this.refuse('in string literal');
      this.#at++;
      if (byte !== 0x5c) continue;
      const escape = this.#peekWithin();
      if (!'"\\/bfnrtu'.includes(String.fromCharCode(escape))) this.refuse('in string escape code');
      this.#at++;
      if (escape !== 0x75) continue;
      for (let digit = 0; digit < 4; digit++) {
        if (!isHexDigit(this.#peekWithin())) this.refuse('in \\u hexadecimal character escape');
        this.#at++;
      }
    }
    this.#at++;
  }

  #number(): void {
    if (this.#peekWithin() === 0x2d) this.#at++;
    if (!isDigit(this.#peekWithin())) this.refuse('in numeric literal');
    if (this.#peekWithin() === 0x30) this.#at++;
    else this.#digits();
    if (this.#peekWithin() === 0x2e) {
      this.#at++;
      if (!isDigit(this.#peekWithin())) this.refuse('after decimal point in numeric literal');
      this.#digits();
    }
    if ((this.#peekWithin() | 0x20) === 0x65) {
      this.#at++;
      if (this.#peekWithin() === 0x2b || this.#peekWithin() === 0x2d) this.#at++;
      if (!isDigit(this.#peekWithin())) this.refuse('in exponent of numeric literal');
      this.#digits();
    }
  }

  #digits(): void {
    while (isDigit(this.#peekWithin())) this.#at++;
  }
}

const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isHexDigit = (byte: number): boolean => isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);

/** The byte as a Go peer quotes it: one byte is one character, so a multi-byte character shows as its first byte. */
function quoteByte(byte: number): string {
  if (byte === 0x27) return `'\\''`;
  if (byte === 0x22) return `'"'`;
  const named = new Map([
    [0x07, '\\a'],
    [0x08, '\\b'],
    [0x0c, '\\f'],
    [0x0a, '\\n'],
    [0x0d, '\\r'],
    [0x09, '\\t'],
    [0x0b, '\\v'],
    [0x5c, '\\\\'],
  ]).get(byte);
  if (named !== undefined) return `'${named}'`;
  if (byte < 0x20 || byte === 0x7f) return `'\\x${byte.toString(16).padStart(2, '0')}'`;
  if ((byte >= 0x80 && byte < 0xa1) || byte === 0xad) return `'\\u${byte.toString(16).padStart(4, '0')}'`;
  return `'${String.fromCharCode(byte)}'`;
}
