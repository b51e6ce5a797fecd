/**
 * A decoder with the manners of a Go peer (docs/protocol.md §2.4): keys match in any case and the last one wins,
 * unknown keys and nulls are passed over, and the first value of a wrong type makes the whole document wrong.
 */
export interface JsonShape<T> {
  /** The type's name in a Go peer's error texts: `string`, `int64`, `v1.MachineInfo` … */
  readonly goType: string;
  /** What a `null` inside an array or a map stands for. */
  readonly zero: T;
  read(value: unknown, place: Place): T;
}

/** Where in the document a value stands, for error texts. */
interface Place {
  readonly root: string;
  readonly path: string;
}

/** A document that is JSON but not of the expected shape. The message is the one that a Go peer would give. */
export class ShapeMismatch extends Error {
  constructor(value: unknown, place: Place, goType: string) {
    const where = place.path === '' ? 'Go value' : `Go struct field ${place.root}.${place.path}`;
    super(`json: cannot unmarshal ${nameOf(value)} into ${where} of type ${goType}`);
    this.name = 'ShapeMismatch';
  }
}

/**
 * Reads a parsed JSON value as `shape`.
 *
 * @param root the name of the outermost type, as a Go peer calls it in its error texts.
 * @throws ShapeMismatch
 */
export function decodeJson<T>(value: unknown, shape: JsonShape<T>, root: string): T {
  return value === null ? shape.zero : shape.read(value, { root, path: '' });
}

/** The members of an object that were present and not null; each is left out otherwise. */
export type Members<F extends Record<string, JsonShape<unknown>>> = {
  -readonly [K in keyof F]?: F[K] extends JsonShape<infer T> ? T : never;
};

/** An object with the given members. */
export function struct<const F extends Record<string, JsonShape<unknown>>>(
  goType: string,
  members: F,
): JsonShape<Members<F>> {
  const byKey = new Map(Object.entries(members).map(([name, shape]) => [foldKey(name), { name, shape }]));
  return {
    goType,
    get zero(): Members<F> {
      return {};
    },
    read(value, place) {
      if (!isJsonObject(value)) throw new ShapeMismatch(value, place, goType);
      const result: Record<string, unknown> = {};
      for (const key in value) {
        const member = byKey.get(key) ?? byKey.get(foldKey(key));
        const item = value[key];
        if (member === undefined || item === null) continue;
        result[member.name] = member.shape.read(item, below(place, member.name));
      }
      return result as Members<F>;
    },
  };
}

export const text: JsonShape<string> = {
  goType: 'string',
  zero: '',
  read(value, place) {
    if (typeof value !== 'string') throw new ShapeMismatch(value, place, 'string');
    return value;
  },
};

export const flag: JsonShape<boolean> = {
  goType: 'bool',
  zero: false,
  read(value, place) {
    if (typeof value !== 'boolean') throw new ShapeMismatch(value, place, 'bool');
    return value;
  },
};

/** A whole number; beyond ±2^53 the nearest double stands for it. */
function integer(goType: string, min: number, max: number): JsonShape<number> {
  return {
    goType,
    zero: 0,
    read(value, place) {
      if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
        throw new ShapeMismatch(value, place, goType);
      }
      return value;
    },
  };
}

export const int64 = integer('int64', -(2 ** 63), 2 ** 63);
export const uint64 = integer('uint64', 0, 2 ** 64);
export const uint32 = integer('uint32', 0, 2 ** 32 - 1);

export function listOf<T>(item: JsonShape<T>): JsonShape<T[]> {
  const goType = `[]${item.goType}`;
  return {
    goType,
    get zero(): T[] {
      return [];
    },
    read(value, place) {
      if (!Array.isArray(value)) throw new ShapeMismatch(value, place, goType);
      return value.map((element: unknown) => (element === null ? item.zero : item.read(element, place)));
    },
  };
}

/** An object whose keys are data: they keep their case. */
export function mapOf<T>(item: JsonShape<T>): JsonShape<Record<string, T>> {
  const goType = `map[string]${item.goType}`;
  return {
    goType,
    get zero(): Record<string, T> {
      return {};
    },
    read(value, place) {
      if (!isJsonObject(value)) throw new ShapeMismatch(value, place, goType);
      return Object.fromEntries(
        Object.entries(value).map(([key, element]) => [key, element === null ? item.zero : item.read(element, place)]),
      );
    },
  };
}

function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const below = (place: Place, name: string): Place => ({
  root: place.root,
  path: place.path === '' ? name : `${place.path}.${name}`,
});

/** A Go peer folds the long s (U+017F) and the Kelvin sign (U+212A) too; `toLowerCase` does the latter. */
const foldKey = (key: string): string => key.toLowerCase().replaceAll('\u017f', 's');

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'number';
  return typeof value;
}
