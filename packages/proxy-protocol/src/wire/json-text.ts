import { isAscii } from './ascii.js';
import { ProxyError } from './proxy-error.js';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

type JsonKind = 'null' | 'bool' | 'number' | 'string' | 'array' | 'object';

/** Bytes that hold values, and the same as text where characters and bytes are one for one: then parts of it need not be decoded anew. */
interface Source {
  readonly bytes: Uint8Array;
  readonly text: string | undefined;
}

/** One JSON value as it was written: proxies pass parts of messages on byte for byte (docs/protocol.md, JSON). */
export class JsonText {
  readonly #source: Source;
  readonly #from: number;
  readonly #to: number;

  /** The value between two indices of bytes that are known to be well-formed JSON, without white space around it. */
  private constructor(source: Source, from: number, to: number) {
    this.#source = source;
    this.#from = from;
    this.#to = to;
  }

  /** @throws ProxyError `invalid_json` for anything but one JSON value, in the words of Go's decoder where they are short. */
  static parse(bytes: Uint8Array): JsonText {
    const text = decoder.decode(bytes);
    try {
      JSON.parse(text);
    } catch (cause) {
      throw new ProxyError(faultOf(bytes), { code: 'invalid_json', cause });
    }
    const from = skipSpace(bytes, 0);
    const source = { bytes, text: text.length === bytes.length ? text : undefined };
    return new JsonText(source, from, skipValue(bytes, from));
  }

  /** The value, without white space around it. */
  get bytes(): Uint8Array {
    return this.#source.bytes.subarray(this.#from, this.#to);
  }

  get kind(): JsonKind {
    switch (this.#source.bytes[this.#from]) {
      case 0x22:
        return 'string';
      case 0x5b:
        return 'array';
      case 0x7b:
        return 'object';
      case 0x74:
      case 0x66:
        return 'bool';
      case 0x6e:
        return 'null';
      default:
        return 'number';
    }
  }

  /** The value itself. Invalid UTF-8 has become U+FFFD, as with Go. */
  value(): unknown {
    return this.kind === 'string' ? unquoted(this.text()) : JSON.parse(this.text());
  }

  text(): string {
    return this.#textOf(this.#from, this.#to);
  }

  /**
   * The members of an object; of `null`, none.
   *
   * @param type what Go calls the type that is due, for the error's text: `api.Attach`.
   * @throws ProxyError `invalid_message` for any other value.
   */
  object(type: string): JsonObject {
    const { kind } = this;
    if (kind === 'object') return new JsonObject(type, this.#members());
    if (kind === 'null') return new JsonObject(type, []);
    throw invalid(`json: cannot unmarshal ${kind} into Go value of type ${type}`);
  }

  #members(): Member[] {
    const { bytes } = this.#source;
    const members: Member[] = [];
    let at = skipSpace(bytes, this.#from + 1);
    while (bytes[at] === 0x22) {
      const nameEnd = skipText(bytes, at);
      const name = foldedName(unquoted(this.#textOf(at, nameEnd)));
      const from = skipSpace(bytes, skipSpace(bytes, nameEnd) + 1);
      const to = skipValue(bytes, from);
      members.push({ name, value: new JsonText(this.#source, from, to) });
      at = skipSpace(bytes, to);
      if (bytes[at] === 0x2c) at = skipSpace(bytes, at + 1);
    }
    return members;
  }

  #textOf(from: number, to: number): string {
    const { bytes, text } = this.#source;
    return text === undefined ? decoder.decode(bytes.subarray(from, to)) : text.slice(from, to);
  }
}

interface Member {
  /** In small letters: Go takes names in any case. */
  name: string;
  value: JsonText;
}

/**
 * An object as Go's decoder reads it: names in any case, of several members of a name the last one, unknown members passed
 * over, `null` as good as nothing. A member of another type than is due is a ProxyError `invalid_message`.
 */
export class JsonObject {
  readonly #type: string;
  readonly #members: readonly Member[];

  constructor(type: string, members: readonly Member[]) {
    this.#type = type;
    this.#members = members;
  }

  /** The member as it was written, `null` included; undefined when there is none. */
  raw(name: string): JsonText | undefined {
    return this.#last(name, () => true);
  }

  /** Empty when there is none. */
  string(name: string): string {
    const member = this.#notNull(name);
    if (member === undefined) return '';
    if (member.kind !== 'string') throw this.#mismatch(name, member.kind, 'string');
    return String(member.value());
  }

  /** False when there is none. */
  boolean(name: string): boolean {
    const member = this.#notNull(name);
    if (member === undefined) return false;
    if (member.kind !== 'bool') throw this.#mismatch(name, member.kind, 'bool');
    return member.value() === true;
  }

  /** A whole number within ±2^53; 0 when there is none. Written as 1.0 or 1e0 it is none, as with Go. */
  integer(name: string): number {
    const member = this.#notNull(name);
    if (member === undefined) return 0;
    if (member.kind !== 'number') throw this.#mismatch(name, member.kind, 'int');
    const text = member.text();
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) throw this.#mismatch(name, `number ${text}`, 'int');
    return value;
  }

  /** Empty when there is none. */
  strings(name: string): string[] {
    const member = this.#notNull(name);
    if (member === undefined) return [];
    if (member.kind !== 'array') throw this.#mismatch(name, member.kind, '[]string');
    const values = member.value();
    if (!Array.isArray(values)) return [];
    return values.map((value: unknown) => {
      if (typeof value === 'string') return value;
      if (value === null) return '';
      throw this.#mismatch(name, kindOf(value), 'string');
    });
  }

  /** Undefined when there is none. */
  object(name: string, type: string): JsonObject | undefined {
    return this.#notNull(name)?.object(type);
  }

  #notNull(name: string): JsonText | undefined {
    return this.#last(name, ({ kind }) => kind !== 'null');
  }

  #last(name: string, isWanted: (value: JsonText) => boolean): JsonText | undefined {
    const folded = foldedName(name);
    for (let index = this.#members.length - 1; index >= 0; index -= 1) {
      const member = this.#members[index];
      if (member?.name === folded && isWanted(member.value)) return member.value;
    }
    return undefined;
  }

  #mismatch(name: string, found: string, type: string): ProxyError {
    const struct = this.#type.slice(this.#type.indexOf('.') + 1);
    return invalid(`json: cannot unmarshal ${found} into Go struct field ${struct}.${name} of type ${type}`);
  }
}

const invalid = (text: string): ProxyError => new ProxyError(text, { code: 'invalid_message' });

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** A name so that equal names of whatever case are equal: U+017F and U+212A are Go's s and k. */
function foldedName(name: string): string {
  const folded = name.toLowerCase();
  return isAscii(folded) ? folded : folded.replaceAll('\u017f', 's').replaceAll('\u212a', 'k');
}

const unquoted = (text: string): string => (text.includes('\\') ? String(JSON.parse(text)) : text.slice(1, -1));

function faultOf(bytes: Uint8Array): string {
  const at = skipSpace(bytes, 0);
  if (at === bytes.length) return 'unexpected end of JSON input';
  const first = decoder.decode(bytes.subarray(at, at + 4)).charAt(0);
  if (/^[{["\d\-tfn]/.test(first)) return 'the text is no JSON';
  return `invalid character '${first}' looking for beginning of value`;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at += 1;
  return at;
}

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** @param from where a text begins. @returns the index behind its closing quote. */
function skipText(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  for (let byte = bytes[at]; byte !== 0x22 && byte !== undefined; byte = bytes[at]) at += byte === 0x5c ? 2 : 1;
  return at + 1;
}

/** @param from where a value begins. @returns the index behind it. */
function skipValue(bytes: Uint8Array, from: number): number {
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
