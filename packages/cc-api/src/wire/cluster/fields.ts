import { CcApiError } from '../error.js';

/** The members of one JSON object of a cluster description, read by name; every fault names the member's path. */
export class Fields {
  readonly #members: ReadonlyMap<string, unknown>;

  /**
   * @param path where the object stands, `metricConfig[2]`; empty for the description itself.
   * @param known the names that may be there.
   * @throws CcApiError `invalid_cluster`, as every method of it.
   */
  constructor(
    value: unknown,
    readonly path: string,
    known: readonly string[],
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw fault(path, 'must be an object', value);
    this.#members = new Map(Object.entries(value));
    const unknown = [...this.#members.keys()].find((name) => !known.includes(name));
    if (unknown !== undefined) throw fault(this.#at(unknown), `is unknown; known here: ${known.join(', ')}`);
  }

  /** Absent, null and empty are the same. */
  text(name: string): string {
    const value = this.#members.get(name) ?? '';
    if (typeof value !== 'string') throw this.fault(name, 'must be a text');
    return value;
  }

  filledText(name: string): string {
    const value = this.text(name);
    if (value === '') throw this.fault(name, 'must be a text that is not empty');
    return value;
  }

  number(name: string): number {
    const value = this.#members.get(name) ?? 0;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.fault(name, 'must be a number');
    return value;
  }

  /** @param least the smallest that may stand there; where it is above 0 the member must be there. */
  integer(name: string, least: number): number {
    const value = this.number(name);
    if (!Number.isSafeInteger(value) || value < least) throw this.fault(name, `must be an integer ≥ ${least}`);
    return value;
  }

  flag(name: string): boolean {
    const value = this.#members.get(name) ?? false;
    if (typeof value !== 'boolean') throw this.fault(name, 'must be true or false');
    return value;
  }

  /** One of some words; the first where the member is absent or empty. */
  word<Word extends string>(name: string, words: readonly [Word, ...Word[]]): Word {
    const value = this.text(name) || words[0];
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw this.fault(name, `must be one of ${words.filter(Boolean).join(', ')}`);
    return word;
  }

  /** Absent and null are an empty list. @param read gets each element and its path. */
  list<T>(name: string, read: (element: unknown, path: string) => T): T[] {
    const value: unknown = this.#members.get(name) ?? [];
    if (!Array.isArray(value)) throw this.fault(name, 'must be a list');
    return value.map((element: unknown, index) => read(element, `${this.#at(name)}[${index}]`));
  }

  /** Absent and null are an empty object. */
  object(name: string, known: readonly string[]): Fields {
    return new Fields(this.#members.get(name) ?? {}, this.#at(name), known);
  }

  fault(name: string, rule: string): CcApiError {
    return fault(this.#at(name), rule, this.#members.get(name));
  }

  #at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}

/** A list of hardware-thread ids. */
export function threadIds(value: unknown, path: string): number[] {
  if (!Array.isArray(value)) throw fault(path, 'must be a list', value);
  return value.map((element: unknown, index) => threadId(element, `${path}[${index}]`));
}

export function threadId(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw fault(path, 'must be an integer ≥ 0', value);
}

function fault(path: string, rule: string, found?: unknown): CcApiError {
  const shown = found === undefined ? '' : `, not ${shorten(JSON.stringify(found) ?? typeof found)}`;
  return new CcApiError(`the cluster description is not valid: ${path || 'it'} ${rule}${shown}`, {
    code: 'invalid_cluster',
    details: { path },
  });
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
