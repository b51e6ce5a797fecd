import type { GoJsonReader } from './reader.js';

/** How one Go type is read from JSON. `T` is what comes out; undefined stands for null and for what did not fit. */
export interface GoType<T> {
  /** The type's name in Go's messages. */
  readonly go: string;
  /** What a null element of a list or a map of this type becomes; null where Go holds a pointer. */
  readonly zero: T | null;
  /** Whether null unsets what an earlier member of the same name set (pointers, lists, maps). */
  readonly isUnsetByNull: boolean;
  /** @param previous what an earlier member of the same name left: Go adds to it where it is a map. */
  read(reader: GoJsonReader, previous: T | undefined): T | undefined;
}

/** What a {@link GoType} yields. */
export type Decoded<Type> = Type extends GoType<infer T> ? T : never;

export function goString(go = 'string'): GoType<string> {
  return {
    go,
    zero: '',
    isUnsetByNull: false,
    read: (reader) => (expect(reader, 'string', go) ? reader.string() : undefined),
  };
}

export const goBool: GoType<boolean> = {
  go: 'bool',
  zero: false,
  isUnsetByNull: false,
  read: (reader) => (expect(reader, 'bool', 'bool') ? reader.bool() : undefined),
};

export const goFloat: GoType<number> = {
  go: 'float64',
  zero: 0,
  isUnsetByNull: false,
  read(reader) {
    if (!expect(reader, 'number', 'float64')) return undefined;
    const literal = reader.number();
    const value = Number(literal);
    if (Number.isFinite(value)) return value;
    reader.mismatch('number', 'float64', ` ${literal}`);
    return undefined;
  },
};

/** A signed 32-bit integer. */
export const goInt32 = integer('int32', 2 ** 31);

/**
 * A signed 64-bit integer, as far as a JavaScript number holds it exactly: what is beyond ±(2^53 − 1) is refused as
 * out of range, for a rounded id would name another job.
 */
export const goInt64 = integer('int64', 2 ** 53);

/** Go's `int`: the same range as {@link goInt64} under another name. */
export const goInt = integer('int', 2 ** 53);

function integer(go: string, limit: number): GoType<number> {
  return {
    go,
    zero: 0,
    isUnsetByNull: false,
    read(reader) {
      if (!expect(reader, 'number', go)) return undefined;
      const literal = reader.number();
      const value = Number(literal) + 0;
      if (reader.isWhole && value < limit && value >= -limit && value !== -(2 ** 53)) return value;
      reader.mismatch('number', go, ` ${literal}`);
      return undefined;
    },
  };
}

/** A pointer: null and absence both mean that nothing was given. */
export function goPointer<T>(type: GoType<T>): GoType<T> {
  return { ...type, zero: null, isUnsetByNull: true };
}

/** A list; null elements become the element type's zero, or null where it is a pointer. */
export function goList<T>(element: GoType<T>, go = `[]${element.go}`): GoType<(T | null)[]> {
  return {
    go,
    zero: null,
    isUnsetByNull: true,
    read(reader) {
      if (!expect(reader, 'array', go)) return undefined;
      const list: (T | null)[] = [];
      reader.array(() => list.push(element.read(reader, undefined) ?? element.zero));
      return list;
    },
  };
}

/** A map from names to one type. */
export function goMap<T>(element: GoType<T>, go = `map[string]${element.go}`): GoType<Record<string, T | null>> {
  return {
    go,
    zero: null,
    isUnsetByNull: true,
    read(reader, previous) {
      if (!expect(reader, 'object', go)) return undefined;
      const map = previous ?? {};
      reader.object((key) => setOwn(map, key, element.read(reader, undefined) ?? element.zero));
      return map;
    },
  };
}

/**
 * A struct: members by name, in any case; others are faults.
 *
 * @param go the type's name with its package, `schema.Job`.
 */
export function goStruct<Fields extends Record<string, GoType<unknown>>>(
  go: string,
  fields: Fields,
): GoType<{ [Name in keyof Fields]?: Decoded<Fields[Name]> }> {
  type Struct = { [Name in keyof Fields]?: Decoded<Fields[Name]> };
  const struct = go.slice(go.indexOf('.') + 1);
  const members = Object.entries(fields).map(([name, type]) => ({ name, type }));
  const byName = new Map(members.map((member) => [member.name, member]));
  const byFoldedName = new Map(members.map((member) => [fold(member.name), member]));
  // Every member is there from the start: objects that keep one shape are several times faster to fill.
  const blank: Record<string, unknown> = Object.fromEntries(members.map(({ name }) => [name, undefined]));
  return {
    go,
    zero: Object.freeze({}),
    isUnsetByNull: false,
    read(reader, previous) {
      if (!expect(reader, 'object', go)) return undefined;
      const values: Record<string, unknown> = previous ?? { ...blank };
      reader.object((key) => {
        const member = byName.get(key) ?? byFoldedName.get(fold(key));
        if (member === undefined) {
          reader.unknownField(key);
          reader.skip();
          return;
        }
        const { name, type } = member;
        const outer = reader.enter(struct, name);
        const value = type.read(reader, values[name]);
        if (value !== undefined || type.isUnsetByNull) values[name] = value;
        reader.leave(outer);
      });
      // Every value in it was made by the type of its field just above.
      return values as Struct;
    },
  };
}

/** Whether the next value is of that kind; else it is skipped and, unless it is null, a fault. */
function expect(reader: GoJsonReader, kind: 'string' | 'number' | 'bool' | 'object' | 'array', go: string): boolean {
  const found = reader.kind();
  if (found === kind) return true;
  if (found !== null) {
    reader.mismatch(found, go);
    reader.skip();
  }
  return false;
}

/** An own property whatever its name: `__proto__` is one like any other. */
function setOwn<T>(map: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    map[key] = value;
  }
}

/** Go's case folding, as far as it can meet an ASCII name: two letters beyond ASCII fold to `s` and `k`. */
function fold(name: string): string {
  return name.replaceAll('\u017f', 's').replaceAll('\u212a', 'k').toLowerCase();
}
