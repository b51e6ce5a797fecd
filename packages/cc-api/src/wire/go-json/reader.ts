import { goQuote, goQuoteByte } from './quote.js';

/** What a JSON value is called in Go's messages. */
export type ValueKind = 'string' | 'number' | 'bool' | 'object' | 'array';

/** Thrown inside the decoder alone: the text is no JSON, and nothing after this place can be read. */
export class SyntaxFault {
  constructor(readonly text: string) {}
}

/** Go gives up on deeper nesting. */
const deepest = 10_000;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const minus = 0x2d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * Reads one JSON value out of a text, as Go's `encoding/json` decoder does, with its messages (docs/protocol.md §4).
 *
 * A fault of syntax ends the reading at once ({@link SyntaxFault}); a value of the wrong type is skipped and the
 * first such fault remembered, because Go reads on and reports a later fault of syntax before it.
 */
export class GoJsonReader {
  /** The first value that did not fit. */
  fault: string | undefined;
  /** Whether the last number was written with digits alone. */
  isWhole = false;
  #position = 0;
  readonly #text: string;
  /** Field names from the root, and the Go struct that holds the innermost. */
  readonly #fields: string[] = [];
  #struct: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Moves to the next character that is not white space. @returns its code, or -1 at the end. */
  next(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#position);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return Number.isNaN(code) ? -1 : code;
      this.#position++;
    }
  }

  /** The kind of the value that begins here, `null` for the literal null, which is read. */
  kind(): ValueKind | null {
    const code = this.next();
    switch (code) {
      case quote:
        return 'string';
      case openBrace:
        return 'object';
      case openBracket:
        return 'array';
      case 0x6e:
        this.#literal('null');
        return null;
      case 0x74:
      case 0x66:
        return 'bool';
      default:
        if (code === minus || isDigit(code)) return 'number';
        throw this.#unexpected('looking for beginning of value');
    }
  }

  /** Skips the value that begins here and remembers that it is no `go`. */
  mismatch(kind: ValueKind, go: string, literal = ''): void {
    this.note(`json: cannot unmarshal ${kind}${literal} into Go ${this.#place()} of type ${go}`);
  }

  /** Remembers a fault that is not one of syntax; the first one stays. */
  note(fault: string): void {
    this.fault ??= fault;
  }

  unknownField(name: string): void {
    this.note(`json: unknown field ${goQuote(name)}`);
  }

  bool(): boolean {
    const isTrue = this.next() === 0x74;
    this.#literal(isTrue ? 'true' : 'false');
    return isTrue;
  }

  /** The number's text as written. */
  number(): string {
    const start = this.#position;
    if (this.#code() === minus) this.#position++;
    if (this.#code() === 0x30) this.#position++;
    else this.#digits('in numeric literal');
    this.isWhole = true;
    if (this.#code() === 0x2e) {
      this.isWhole = false;
      this.#position++;
      this.#digits('after decimal point in numeric literal');
    }
    if ((this.#code() | 0x20) === 0x65) {
      this.isWhole = false;
      this.#position++;
      const sign = this.#code();
      if (sign === minus || sign === 0x2b) this.#position++;
      this.#digits('in exponent of numeric literal');
    }
    return this.#text.slice(start, this.#position);
  }

  string(): string {
    const start = ++this.#position;
    for (;;) {
      const code = this.#code();
      if (code === quote) return this.#text.slice(start, this.#position++);
      if (code === backslash) return this.#escapedString(start);
      if (!(code >= 0x20)) throw this.#unexpected('in string literal');
      this.#position++;
    }
  }

  /** Calls `read` at each member's value; it must read it. */
  object(read: (key: string) => void): void {
    this.#position++;
    if (this.next() === closeBrace) {
      this.#position++;
      return;
    }
    for (;;) {
      read(this.#key());
      if (!this.#more(closeBrace, 'after object key:value pair')) return;
    }
  }

  /** Calls `read` at each element; it must read it. */
  array(read: () => void): void {
    this.#position++;
    if (this.next() === closeBracket) {
      this.#position++;
      return;
    }
    for (;;) {
      read();
      if (!this.#more(closeBracket, 'after array element')) return;
    }
  }

  /** Puts one more field on the path that messages name. @returns what {@link leave} is to be given. */
  enter(struct: string, field: string): string | undefined {
    const outer = this.#struct;
    this.#struct = struct;
    this.#fields.push(field);
    return outer;
  }

  leave(outer: string | undefined): void {
    this.#fields.pop();
    this.#struct = outer;
  }

  /** Reads any value without keeping it; without recursion, for it may be nested as deeply as Go allows. */
  skip(): void {
    const open: number[] = [];
    for (;;) {
      const kind = this.kind();
      if (kind === 'string') this.string();
      else if (kind === 'number') this.number();
      else if (kind === 'bool') this.bool();
      else if (kind !== null && this.#open(kind === 'object' ? closeBrace : closeBracket, open)) continue;
      if (!this.#close(open)) return;
    }
  }

  /** @returns whether a value inside the opened one comes next. */
  #open(close: number, open: number[]): boolean {
    if (open.length >= deepest) throw this.#unexpected('exceeded max depth');
    this.#position++;
    if (this.next() === close) {
      this.#position++;
      return false;
    }
    open.push(close);
    if (close === closeBrace) this.#key();
    return true;
  }

  /** @returns whether a further value of the innermost open one comes next; closes those that end here. */
  #close(open: number[]): boolean {
    for (let close = open.at(-1); close !== undefined; close = open.at(-1)) {
      if (this.#more(close, close === closeBrace ? 'after object key:value pair' : 'after array element')) {
        if (close === closeBrace) this.#key();
        return true;
      }
      open.pop();
    }
    return false;
  }

  #more(close: number, context: string): boolean {
    const code = this.next();
    if (code !== comma && code !== close) throw this.#unexpected(context);
    this.#position++;
    return code === comma;
  }

  #key(): string {
    if (this.next() !== quote) throw this.#unexpected('looking for beginning of object key string');
    const key = this.string();
    if (this.next() !== colon) throw this.#unexpected('after object key');
    this.#position++;
    return key;
  }

  #digits(context: string): void {
    if (!isDigit(this.#code())) throw this.#unexpected(context);
    while (isDigit(this.#code())) this.#position++;
  }

  #literal(word: string): void {
    for (let index = 0; index < word.length; index++) {
      if (this.#code() !== word.charCodeAt(index)) {
        throw this.#unexpected(`in literal ${word} (expecting ${goQuoteByte(word.charCodeAt(index))})`);
      }
      this.#position++;
    }
  }

  #escapedString(start: number): string {
    let value = this.#text.slice(start, this.#position);
    for (;;) {
      const code = this.#code();
      if (code === quote) {
        this.#position++;
        return value;
      }
      if (!(code >= 0x20)) throw this.#unexpected('in string literal');
      if (code === backslash) {
        this.#position++;
        value += this.#escape();
      } else {
        const from = this.#position;
        while (this.#code() >= 0x20 && this.#code() !== quote && this.#code() !== backslash) this.#position++;
        value += this.#text.slice(from, this.#position);
      }
    }
  }

  #escape(): string {
    const character = this.#text.charAt(this.#position);
    const plain = escapes.get(character);
    if (plain !== undefined) {
      this.#position++;
      return plain;
    }
    if (character !== 'u') throw this.#unexpected('in string escape code');
    this.#position++;
    const unit = this.#hexadecimal();
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    const isPair = unit < 0xdc00 && this.#text.startsWith('\\u', this.#position);
    if (!isPair) return '\ufffd';
    const before = this.#position;
    this.#position += 2;
    const low = this.#hexadecimal();
    if (low >= 0xdc00 && low <= 0xdfff) return String.fromCharCode(unit, low);
    this.#position = before;
    return '\ufffd';
  }

  #hexadecimal(): number {
    let value = 0;
    for (let index = 0; index < 4; index++) {
      const digit = hexadecimalDigits.indexOf(this.#text.charAt(this.#position).toLowerCase() || '?');
      if (digit < 0) throw this.#unexpected('in \\u hexadecimal character escape');
      value = value * 16 + digit;
      this.#position++;
    }
    return value;
  }

  #code(): number {
    return this.#text.charCodeAt(this.#position);
  }

  #place(): string {
    return this.#struct === undefined ? 'value' : `struct field ${this.#struct}.${this.#fields.join('.')}`;
  }

  #unexpected(context: string): SyntaxFault {
    const point = this.#text.codePointAt(this.#position);
    if (point === undefined) return new SyntaxFault('unexpected EOF');
    return new SyntaxFault(`invalid character ${goQuoteByte(firstByte(point))} ${context}`);
  }
}

const hexadecimalDigits = '0123456789abcdef';

const escapes = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Go looks at bytes: of a character beyond ASCII it names the first one of its UTF-8 form. */
function firstByte(point: number): number {
  if (point < 0x80) return point;
  if (point < 0x800) return 0xc0 | (point >> 6);
  if (point < 0x10000) return 0xe0 | (point >> 12);
  return 0xf0 | (point >> 18);
}
