import { isAscii } from './ascii.js';
import { jsonEnd, skipSpace, skipText, skipValue } from './json-scan.js';
import { ProxyError } from './proxy-error.js';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

type JsonKind = 'null' | 'bool' | 'number' | 'string' | 'array' | 'object';

/** Shorter texts are put together from their characters: that costs less than a decoder does. */
const fewBytes = 16;

/** Bytes that hold values. */
class Source {
  readonly bytes: Uint8Array;
  /** All of them, once it has been asked for. */
  #text: string | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** A part that is short, of ASCII and without a backslash. */
  short(from: number, to: number): string | undefined {
    if (to - from > fewBytes) return undefined;
    let text = '';
    for (let at = from; at < to; at += 1) {
      const byte = this.bytes[at] ?? 0;
      if (byte > 0x7f || byte === 0x5c) return undefined;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  text(from: number, to: number): string {
    const { bytes } = this;
    const short = this.short(from, to);
    if (short !== undefined) return short;
    this.#text ??= decoder.decode(bytes);
    // Where characters and bytes are one for one, parts need not be decoded anew.
    return this.#text.length === bytes.length ? this.#text.slice(from, to) : decoder.decode(bytes.subarray(from, to));
  }

  /** Whether a quoted name is this one, in whatever case: Go takes any. */
  hasName(from: number, to: number, name: string): boolean {
    let isSame = to - from - 2 === name.length;
    for (let at = from + 1; at < to - 1; at += 1) {
      const byte = this.bytes[at] ?? 0;
      if (byte === 0x5c || byte > 0x7f) return foldedName(unquoted(this.text(from, to))) === foldedName(name);
      isSame &&= small(byte) === small(name.charCodeAt(at - from - 1));
    }
    return isSame;
  }
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
    const from = skipSpace(bytes, 0);
    const to = jsonEnd(bytes, from);
    if (to < 0) checkJson(bytes);
    return new JsonText(new Source(bytes), from, to < 0 ? skipValue(bytes, from) : to);
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
    if (this.kind !== 'string') return JSON.parse(this.text());
    return this.#source.short(this.#from + 1, this.#to - 1) ?? unquoted(this.text());
  }

  text(): string {
    return this.#source.text(this.#from, this.#to);
  }

  /**
   * The members of an object; of `null`, none.
   *
   * @param type what Go calls the type that is due, for the error's text: `api.Attach`.
   * @throws ProxyError `invalid_message` for any other value.
   */
  object(type: string): JsonObject {
    const { kind } = this;
    if (kind === 'object') return new JsonObject(type, this.#source, this.#members());
    if (kind === 'null') return new JsonObject(type, this.#source, noMembers);
    throw invalid(`json: cannot unmarshal ${kind} into Go value of type ${type}`);
  }

  #members(): Member[] {
    const { bytes } = this.#source;
    const members: Member[] = [];
    let at = skipSpace(bytes, this.#from + 1);
    while (bytes[at] === 0x22) {
      const nameTo = skipText(bytes, at);
      const from = skipSpace(bytes, skipSpace(bytes, nameTo) + 1);
      const to = skipValue(bytes, from);
      members.push({ nameFrom: at, nameTo, value: new JsonText(this.#source, from, to) });
      at = skipSpace(bytes, to);
      if (bytes[at] === 0x2c) at = skipSpace(bytes, at + 1);
    }
    return members;
  }
}

interface Member {
  /** Where its name stands, the quotes with it. */
  nameFrom: number;
  nameTo: number;
  value: JsonText;
}

const noMembers: readonly Member[] = [];

/**
 * An object as Go's decoder reads it: names in any case, of several members of a name the last one, unknown members passed
 * over, `null` as good as nothing. A member of another type than is due is a ProxyError `invalid_message`.
 */
export class JsonObject {
  readonly #type: string;
  readonly #source: Source;
  readonly #members: readonly Member[];

  constructor(type: string, source: Source, members: readonly Member[]) {
    this.#type = type;
    this.#source = source;
    this.#members = members;
  }

  /** The member as it was written, `null` included; undefined when there is none. */
  raw(name: string): JsonText | undefined {
    return this.#last(name, false);
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
    return this.#last(name, true);
  }

  #last(name: string, isNotNull: boolean): JsonText | undefined {
    for (let index = this.#members.length - 1; index >= 0; index -= 1) {
      const member = this.#members[index];
      if (member === undefined || (isNotNull && member.value.kind === 'null')) continue;
      if (this.#source.hasName(member.nameFrom, member.nameTo, name)) return member.value;
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

/** A small letter for a capital one of ASCII. */
const small = (code: number): number => (code >= 0x41 && code <= 0x5a ? code + 0x20 : code);

/** @throws ProxyError `invalid_json` for what is none. */
function checkJson(bytes: Uint8Array): void {
  try {
    JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    throw new ProxyError(faultOf(bytes), { code: 'invalid_json', cause });
  }
}

function faultOf(bytes: Uint8Array): string {
  const at = skipSpace(bytes, 0);
  if (at === bytes.length) return 'unexpected end of JSON input';
  const first = decoder.decode(bytes.subarray(at, at + 4)).charAt(0);
  if (/^[{["\d\-tfn]/.test(first)) return 'the text is no JSON';
  return `invalid character '${first}' looking for beginning of value`;
}
