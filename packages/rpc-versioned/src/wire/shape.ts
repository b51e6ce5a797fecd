import { RpcError, type RpcErrorCode } from './rpc-error.js';

/**
 * Reads one type of a payload: brings `value` into the form in which Go's encoder writes it, and returns the same object
 * where it has that form already.
 *
 * Both directions use it: on what `JSON.parse` made of a peer's text, and on what a handler or caller hands in. It
 * changes nothing of what it is given.
 */
export interface Shape<T> {
  /** @throws PayloadError where Go's decoder refuses the value. */
  read(value: unknown): T;
  /** Whether an `omitempty` member with this value is left out. */
  isEmpty(value: T): boolean;
  /** The type's name in Go's error texts. */
  readonly goType: string;
}

/** A value that is not of the wanted type, in the words of Go's decoder. */
export class PayloadError extends RpcError {
  readonly #mismatch: { kind: string; goType: string } | undefined;
  #struct = '';
  #path: string[] = [];

  constructor(message: string, options: { code?: RpcErrorCode; mismatch?: { kind: string; goType: string } } = {}) {
    super(message, { code: options.code ?? 'invalid_payload' });
    this.#mismatch = options.mismatch;
  }

  static mismatch(value: unknown, goType: string, kind: string = kindOf(value)): PayloadError {
    return new PayloadError(`json: cannot unmarshal ${kind} into Go value of type ${goType}`, {
      mismatch: { kind, goType },
    });
  }

  /** Adds the member in which the fault is; the innermost struct names it. */
  within(struct: string, member: string): void {
    if (this.#mismatch === undefined) return;
    this.#struct ||= struct;
    this.#path.unshift(member);
    const { kind, goType } = this.#mismatch;
    this.message = `json: cannot unmarshal ${kind} into Go struct field ${this.#struct}.${this.#path.join('.')} of type ${goType}`;
  }

  /** Forgets the way so far: Go's decoder does where a type decodes itself. */
  restart(): void {
    this.#struct = '';
    this.#path = [];
  }
}

/** What Go's decoder calls a JSON value. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'object':
      return 'object';
    case 'string':
    case 'number':
      return typeof value;
    default:
      return `JavaScript ${typeof value}`;
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A string; absent and null are `''`. */
export const text: Shape<string> = {
  goType: 'string',
  read(value) {
    if (typeof value === 'string') return value;
    if (value === undefined || value === null) return '';
    throw PayloadError.mismatch(value, 'string');
  },
  isEmpty: (value) => value === '',
};

export const flag: Shape<boolean> = {
  goType: 'bool',
  read(value) {
    if (typeof value === 'boolean') return value;
    if (value === undefined || value === null) return false;
    throw PayloadError.mismatch(value, 'bool');
  },
  isEmpty: (value) => !value,
};

/** A whole number from `-bound` to `bound - 1`. */
const integer = (goType: string, bound: number): Shape<number> => ({
  goType,
  read(value) {
    if (value === undefined || value === null) return 0;
    if (typeof value !== 'number') throw PayloadError.mismatch(value, goType);
    if (Number.isInteger(value) && value >= -bound && value < bound) return value;
    throw PayloadError.mismatch(value, goType, `number ${value}`);
  },
  isEmpty: (value) => value === 0,
});

export const int32 = integer('int32', 2 ** 31);
/** Go's `int`, as far as JavaScript's numbers are whole. */
export const int = integer('int', 2 ** 53);

/** A list or null. */
export const list = <T>(item: Shape<T>): Shape<T[] | null> => ({
  goType: `[]${item.goType}`,
  read(value) {
    if (value === undefined || value === null) return null;
    if (!Array.isArray(value)) throw PayloadError.mismatch(value, this.goType);
    const given: readonly unknown[] = value;
    let copy: T[] | undefined;
    for (let index = 0; index < given.length; index++) {
      const read = item.read(given[index]);
      if (copy === undefined && read !== given[index]) copy = given.slice(0, index) as T[];
      copy?.push(read);
    }
    return copy ?? (value as T[]);
  },
  isEmpty: (value) => value === null || value.length === 0,
});

/**
 * An object with names of the peer's choice, or null; `__proto__` is a name like any other. Names stay in the order in
 * which they were given, where Go sorts them.
 *
 * @param name reads a name, where it is not any text.
 */
export const map = <T>(item: Shape<T>, name?: Shape<string>): Shape<Record<string, T> | null> => {
  const isText = (item as Shape<unknown>) === text;
  const goType = `map[${name?.goType ?? 'string'}]${item.goType}`;
  return {
    goType,
    read(value) {
      if (value === undefined || value === null) return null;
      if (!isObject(value)) throw PayloadError.mismatch(value, goType);
      for (const key in value) {
        const given = value[key];
        if (isText && typeof given === 'string' && name === undefined) continue;
        if (item.read(given) !== given || (name !== undefined && name.read(key) !== key))
          return rebuilt(value, item, name);
      }
      return value as Record<string, T>;
    },
    isEmpty: (value) => value === null || Object.keys(value).length === 0,
  };
};

function rebuilt<T>(value: object, item: Shape<T>, name: Shape<string> | undefined): Record<string, T> {
  const entries = Object.entries(value).map(([key, given]): [string, T] => [name?.read(key) ?? key, item.read(given)]);
  return Object.fromEntries(entries);
}

/** One member of a {@link struct}. */
export interface Member {
  readonly shape: Shape<never>;
  /** Left out when empty, as Go's `omitempty`. */
  readonly isOptional: boolean;
}

/** A member that is always there. */
export const always = <T>(shape: Shape<T>): Member => ({ shape: shape as unknown as Shape<never>, isOptional: false });
/** A member that is left out when empty. */
export const unlessEmpty = <T>(shape: Shape<T>): Member => ({
  shape: shape as unknown as Shape<never>,
  isOptional: true,
});

/**
 * An object with the given members, in the order in which Go writes them. Absent and null members become their zero
 * value, names are found in any case, unknown ones are dropped.
 */
export function struct<T extends object>(goType: string, members: { readonly [K in keyof T]-?: Member }): Shape<T> {
  return new Struct<T>(goType, members as Record<string, Member>);
}

interface NamedMember {
  readonly name: string;
  readonly shape: Shape<unknown>;
  readonly isOptional: boolean;
  /** What `typeof` says of a value that is as it should be, where that alone decides: no call is needed then. */
  readonly plainType: 'string' | 'boolean' | undefined;
}

/** Shapes of which every value of a type is as it should be. */
const plainTypes = new Map<Shape<unknown>, 'string' | 'boolean'>([
  [text as Shape<unknown>, 'string'],
  [flag as Shape<unknown>, 'boolean'],
]);

class Struct<T extends object> implements Shape<T> {
  readonly goType: string;
  readonly #name: string;
  readonly #members: readonly NamedMember[];

  constructor(goType: string, members: Record<string, Member>) {
    this.goType = goType;
    this.#name = goType.slice(goType.lastIndexOf('.') + 1);
    this.#members = Object.entries(members).map(([name, member]) => {
      const shape = member.shape as unknown as Shape<unknown>;
      return { name, shape, isOptional: member.isOptional, plainType: plainTypes.get(shape) };
    });
  }

  isEmpty(): boolean {
    return false; // Go never leaves a struct out
  }

  read(value: unknown): T {
    if (value === undefined || value === null) return this.#build({}, 0, -1, undefined);
    if (!isObject(value)) throw PayloadError.mismatch(value, this.goType);
    const members = this.#members;
    let next = 0;
    let checked = 0;
    for (const key in value) {
      let member = members[next];
      while (member !== undefined && member.name !== key) {
        if (!member.isOptional) return this.#build(value, checked, -1, undefined);
        member = members[++next];
      }
      if (member === undefined) return this.#build(value, checked, -1, undefined);
      const given = value[key];
      if (typeof given === member.plainType) {
        if (member.isOptional && (given === '' || given === false)) return this.#build(value, checked, next, given);
      } else {
        const read = this.#readMember(member, given);
        if (read !== given || (member.isOptional && member.shape.isEmpty(read))) {
          return this.#build(value, checked, next, read);
        }
      }
      checked |= 1 << next;
      next++;
    }
    for (let member = members[next]; member !== undefined; member = members[++next]) {
      if (!member.isOptional) return this.#build(value, checked, -1, undefined);
    }
    return value as T;
  }

  /**
   * Makes the object anew.
   *
   * @param checked one bit for each member that is as it should be in `value`.
   * @param at the member that has been read but is not; -1 for none.
   * @param readAt what was read of it.
   */
  #build(value: Record<string, unknown>, checked: number, at: number, readAt: unknown): T {
    const built: Record<string, unknown> = {};
    let folded: Map<string, unknown> | undefined;
    for (const [index, member] of this.#members.entries()) {
      const { name } = member;
      let read: unknown;
      if ((checked & (1 << index)) !== 0) read = value[name];
      else if (index === at) read = readAt;
      else if (name in value) read = this.#readMember(member, value[name]);
      else read = this.#readMember(member, (folded ??= foldNames(value)).get(name.toLowerCase()));
      if (!member.isOptional || !member.shape.isEmpty(read)) built[name] = read;
    }
    return built as T;
  }

  #readMember(member: NamedMember, given: unknown): unknown {
    try {
      return member.shape.read(given);
    } catch (error) {
      if (error instanceof PayloadError) error.within(this.#name, member.name);
      throw error;
    }
  }
}

/** The members by their name in small letters: Go finds them in any case. */
function foldNames(value: Record<string, unknown>): Map<string, unknown> {
  return new Map(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member]));
}

/** A type that decodes itself: it may check or replace what the shape has read. */
export const custom = <T>(shape: Shape<T>, read: (value: unknown, shape: Shape<T>) => T): Shape<T> => ({
  goType: shape.goType,
  read(value) {
    try {
      return read(value, shape);
    } catch (error) {
      if (error instanceof PayloadError) error.restart();
      throw error;
    }
  },
  isEmpty: (value) => shape.isEmpty(value),
});
