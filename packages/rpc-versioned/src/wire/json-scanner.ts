/** Deepest nesting of a value, as Go's decoder has it. */
const maxDepth = 10_000;

enum State {
  Value,
  /** Behind `[`. */
  ValueOrEnd,
  /** Behind `{`. */
  KeyOrEnd,
  /** Behind a comma in an object. */
  Key,
  Colon,
  /** Behind a value in an object or array. */
  After,
  Text,
  Escape,
  Hex,
  Minus,
  Zero,
  Digits,
  Point,
  Fraction,
  Exponent,
  ExponentSign,
  ExponentDigits,
  Literal,
}

/**
 * Finds the end of one JSON value in bytes that come in pieces, and the first byte that no JSON value can have there.
 *
 * It visits each byte once and keeps none. Reading a value with `JSON.parse` is several times as fast: this is for
 * values that a chunk holds only in part, or not alone.
 */
export class JsonScanner {
  #state = State.Value;
  /** One flag for each open bracket: whether it is an array's. */
  readonly #arrays: boolean[] = [];
  #isKey = false;
  #hexLeft = 0;
  #literal = '';
  #literalAt = 0;

  /** Whether nothing but white space has been seen of the value. */
  get isIdle(): boolean {
    return this.#state === State.Value && this.#arrays.length === 0;
  }

  /**
   * Goes on with the value that the scanner is in, from `bytes[from]`.
   *
   * @returns the index behind the value's last byte, and the scanner is ready for the next value; -1 when it goes on in
   *   the next piece. A number at the top ends at the byte behind it.
   * @throws SyntaxError in the words of Go's decoder.
   */
  scan(bytes: Uint8Array, from: number): number {
    const end = bytes.length;
    let at = from;
    let state = this.#state;
    while (at < end) {
      const byte = bytes[at] ?? 0;
      switch (state) {
        case State.Text:
          if (byte === 0x22) {
            state = this.#isKey ? State.Colon : State.After;
            at += 1;
            if (state === State.After && this.#arrays.length === 0) return this.#finish(at);
          } else if (byte === 0x5c) {
            state = State.Escape;
            at += 1;
          } else if (byte < 0x20) fault(byte, 'in string literal');
          else at += 1;
          continue;
        case State.Escape:
          if (byte === 0x75) {
            state = State.Hex;
            this.#hexLeft = 4;
          } else if (isEscape(byte)) state = State.Text;
          else fault(byte, 'in string escape code');
          at += 1;
          continue;
        case State.Hex:
          if (!isHex(byte)) fault(byte, 'in \\u hexadecimal character escape');
          this.#hexLeft -= 1;
          if (this.#hexLeft === 0) state = State.Text;
          at += 1;
          continue;
        case State.Literal: {
          const wanted = this.#literal.charCodeAt(this.#literalAt);
          if (byte !== wanted) {
            fault(byte, `in literal ${this.#literal} (expecting '${String.fromCharCode(wanted)}')`);
          }
          this.#literalAt += 1;
          at += 1;
          if (this.#literalAt < this.#literal.length) continue;
          state = State.After;
          if (this.#arrays.length === 0) return this.#finish(at);
          continue;
        }
        case State.Minus:
          if (byte === 0x30) state = State.Zero;
          else if (isDigit(byte)) state = State.Digits;
          else fault(byte, 'in numeric literal');
          at += 1;
          continue;
        case State.Point:
          if (!isDigit(byte)) fault(byte, 'after decimal point in numeric literal');
          state = State.Fraction;
          at += 1;
          continue;
        case State.Exponent:
          if (byte === 0x2b || byte === 0x2d) state = State.ExponentSign;
          else if (isDigit(byte)) state = State.ExponentDigits;
          else fault(byte, 'in exponent of numeric literal');
          at += 1;
          continue;
        case State.ExponentSign:
          if (!isDigit(byte)) fault(byte, 'in exponent of numeric literal');
          state = State.ExponentDigits;
          at += 1;
          continue;
        case State.Zero:
        case State.Digits:
        case State.Fraction:
        case State.ExponentDigits: {
          const next = afterDigit(state, byte);
          if (next === undefined) {
            state = State.After;
            if (this.#arrays.length === 0) return this.#finish(at);
          } else {
            state = next;
            at += 1;
          }
          continue;
        }
        case State.Value:
        case State.ValueOrEnd:
        case State.KeyOrEnd:
        case State.Key:
        case State.Colon:
        case State.After:
          break; // between tokens
      }
      at += 1;
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
      if (state === State.Colon) {
        if (byte !== 0x3a) fault(byte, 'after object key');
        state = State.Value;
      } else if (state === State.Key || state === State.KeyOrEnd) {
        if (byte === 0x22) {
          this.#isKey = true;
          state = State.Text;
        } else if (byte === 0x7d && state === State.KeyOrEnd) {
          this.#arrays.pop();
          state = State.After;
          if (this.#arrays.length === 0) return this.#finish(at);
        } else fault(byte, 'looking for beginning of object key string');
      } else if (state === State.After) {
        const isArray = this.#arrays.at(-1) === true;
        if (byte === 0x2c) state = isArray ? State.Value : State.Key;
        else if (byte === (isArray ? 0x5d : 0x7d)) {
          this.#arrays.pop();
          if (this.#arrays.length === 0) return this.#finish(at);
        } else fault(byte, isArray ? 'after array element' : 'after object key:value pair');
      } else if (byte === 0x5d && state === State.ValueOrEnd) {
        this.#arrays.pop();
        state = State.After;
        if (this.#arrays.length === 0) return this.#finish(at);
      } else state = this.#begin(byte);
    }
    this.#state = state;
    return -1;
  }

  /** @returns the state behind the first byte of a value. */
  #begin(byte: number): State {
    switch (byte) {
      case 0x7b:
      case 0x5b:
        if (this.#arrays.length === maxDepth) throw new SyntaxError('exceeded max depth');
        this.#arrays.push(byte === 0x5b);
        return byte === 0x5b ? State.ValueOrEnd : State.KeyOrEnd;
      case 0x22:
        this.#isKey = false;
        return State.Text;
      case 0x2d:
        return State.Minus;
      case 0x30:
        return State.Zero;
      case 0x74:
        return this.#startLiteral('true');
      case 0x66:
        return this.#startLiteral('false');
      case 0x6e:
        return this.#startLiteral('null');
    }
    if (isDigit(byte)) return State.Digits;
    return fault(byte, 'looking for beginning of value');
  }

  #startLiteral(literal: string): State {
    this.#literal = literal;
    this.#literalAt = 1;
    return State.Literal;
  }

  #finish(at: number): number {
    this.#state = State.Value;
    return at;
  }
}

/** @returns the state behind one more byte of a number, undefined where the number ends in front of it. */
function afterDigit(state: State, byte: number): State | undefined {
  if (isDigit(byte) && state !== State.Zero) return state;
  if (byte === 0x2e && (state === State.Zero || state === State.Digits)) return State.Point;
  if ((byte === 0x65 || byte === 0x45) && state !== State.ExponentDigits) return State.Exponent;
  return undefined;
}

function fault(byte: number, where: string): never {
  throw new SyntaxError(`invalid character ${quoted(byte)} ${where}`);
}

function quoted(byte: number): string {
  if (byte === 0x27) return "'\\''";
  if (byte === 0x22) return "'\"'";
  return `'${JSON.stringify(String.fromCharCode(byte)).slice(1, -1)}'`;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isHex = (byte: number): boolean => isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
const isEscape = (byte: number): boolean => '"\\/bfnrt'.includes(String.fromCharCode(byte));
