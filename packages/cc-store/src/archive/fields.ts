import { StoreError } from '../errors.js';

/** The members of one JSON object of an imported job, read by name; every fault names the member's path. Unknown members are passed over. */
export class Fields {
  readonly #members: Readonly<Record<string, unknown>>;

  /**
   * @param path where the object stands: `meta.json`, `data.json: cpu_load.node`.
   * @throws StoreError `import_invalid`, as every method of it.
   */
  constructor(
    value: unknown,
    readonly path: string,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault(path, 'must be an object');
    this.#members = value as Record<string, unknown>;
  }

  has(name: string): boolean {
    return (this.#members[name] ?? undefined) !== undefined;
  }

  text(name: string, absent = ''): string {
    const value = this.#members[name] ?? absent;
    if (typeof value !== 'string') throw this.fault(name, 'must be a text');
    return value;
  }

  filledText(name: string): string {
    const value = this.text(name);
    if (value === '') throw this.fault(name, 'must be a text that is not empty');
    return value;
  }

  number(name: string): number {
    const value = this.#members[name] ?? 0;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.fault(name, 'must be a number');
    return value;
  }

  /** @param least where it is above 0 the member must be there. */
  integer(name: string, least: number): number {
    const value = this.number(name);
    if (!Number.isSafeInteger(value) || value < least) throw this.fault(name, `must be an integer ≥ ${least}`);
    return value;
  }

  /** Absent and null are an empty list. */
  list<T>(name: string, read: (element: unknown, path: string) => T): T[] {
    const value = this.#members[name] ?? [];
    if (!Array.isArray(value)) throw this.fault(name, 'must be a list');
    return value.map((element: unknown, index) => read(element, `${this.#at(name)}[${index}]`));
  }

  object(name: string): Fields {
    return new Fields(this.#members[name], this.#at(name));
  }

  /** Each member with what `read` makes of it; undefined where the whole is absent or null. */
  map<T>(name: string, read: (value: unknown, path: string) => T): Record<string, T> | undefined {
    return this.has(name) ? this.object(name).entries(read) : undefined;
  }

  entries<T>(read: (value: unknown, path: string) => T): Record<string, T> {
    return Object.fromEntries(
      Object.entries(this.#members).map(([name, value]) => [name, read(value, this.#at(name))]),
    );
  }

  fault(name: string, rule: string): StoreError {
    return fault(this.#at(name), rule);
  }

  #at(name: string): string {
    return this.path.endsWith('.json') ? `${this.path}: ${name}` : `${this.path}.${name}`;
  }
}

export function fault(path: string, rule: string): StoreError {
  return new StoreError(`importing a job failed: ${path} ${rule}`, {
    code: 'import_invalid',
    hint: 'nothing of this job was stored; correct the file, or leave this job out',
    details: { path },
  });
}

export function aText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw fault(path, 'must be a text');
  return value;
}

export function aNumber(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw fault(path, 'must be a number');
  return value;
}
