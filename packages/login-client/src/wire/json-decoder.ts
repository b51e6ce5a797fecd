/**
 * A decoder with the manners of a Go peer (docs/protocol.md §2.4): keys match in any case and the last one wins,
 * unknown keys and nulls are passed over, and the first value of a wrong type makes the whole document wrong.
 */
export interface JsonShape<T> {
  /** The type's name in a Go peer's error texts: `string`, `int64`, `v1.MachineInfo` … */
  readonly goType: string;
  /** What a `null` inside an array or a map stands for. */
  zero(): T;
  /**
   * Takes the value over: one that fits is returned as it is, not copied.
   *
   * @throws Misfit
   */
  read(value: unknown): T;
}

/** A document that is JSON but not of the expected shape. The message is the one that a Go peer would give. */
export class ShapeMismatch extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ShapeMismatch';
  }
}

/**
 * Reads a parsed JSON value as `shape`, and takes it over: the result may be the same object.
 *
 * @throws ShapeMismatch
 */
export function decodeJson<T>(value: unknown, shape: JsonShape<T>): T {
  if (value === null) return shape.zero();
  try {
    return shape.read(value);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    const where = error.path.length === 0 ? 'Go value' : `Go struct field ${error.struct}.${error.path.join('.')}`;
    throw new ShapeMismatch(`json: cannot unmarshal ${error.found} into ${where} of type ${error.goType}`);
  }
}

/**
 * A value of the wrong type, on its way up: each object on the way adds the member's name, so that a fit costs nothing.
 * A Go peer names the innermost object's type, and then the path from the outermost.
 */
class Misfit {
  struct = '';
  readonly path: string[] = [];
  readonly found: string;
  readonly goType: string;

  constructor(value: unknown, goType: string) {
    const isWrongNumber = typeof value === 'number' && /int/.test(goType);
    this.found = isWrongNumber ? `number ${value}` : nameOf(value);
    this.goType = goType;
  }
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
  const exact = new Map<string, JsonShape<unknown>>(Object.entries(members));
  const folded = new Map(Object.entries(members).map(([name, shape]) => [foldKey(name), { name, shape }]));
  return {
    goType,
    zero: () => ({}),
    read(value) {
      if (!isJsonObject(value)) throw new Misfit(value, goType);
      let name = '';
      let isTidy = true;
      try {
        for (const key in value) {
          const item = value[key];
          const shape = exact.get(key);
          if (shape === undefined || item === null) {
            isTidy = false;
            break;
          }
          name = key;
          const read = shape.read(item);
          if (read !== item) value[key] = read;
        }
        if (isTidy) return value as Members<F>;
        const result: Record<string, unknown> = {};
        for (const key in value) {
          const member = folded.get(foldKey(key));
          const item = value[key];
          if (member === undefined || item === null) continue;
          name = member.name;
          result[name] = member.shape.read(item);
        }
        return result as Members<F>;
      } catch (error) {
        if (error instanceof Misfit) {
          if (error.path.length === 0) error.struct = goType.replace(/^.*\./, '');
          error.path.unshift(name);
        }
        throw error;
      }
    },
  };
}

export const text: JsonShape<string> = {
  goType: 'string',
  zero: () => '',
  read(value) {
    if (typeof value !== 'string') throw new Misfit(value, 'string');
    return value;
  },
};

export const flag: JsonShape<boolean> = {
  goType: 'bool',
  zero: () => false,
  read(value) {
    if (typeof value !== 'boolean') throw new Misfit(value, 'bool');
    return value;
  },
};

/** A value that is looked at later. */
export const anything: JsonShape<unknown> = { goType: 'any', zero: () => undefined, read: (value) => value };

/** A whole number; beyond ±2^53 the nearest double stands for it. */
function integer(goType: string, min: number, max: number): JsonShape<number> {
  return {
    goType,
    zero: () => 0,
    read(value) {
      if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
        throw new Misfit(value, goType);
      }
      return value;
    },
  };
}

export const int64 = integer('int64', -(2 ** 63), 2 ** 63);
export const uint64 = integer('uint64', 0, 2 ** 64);
export const uint32 = integer('uint32', 0, 2 ** 32 - 1);
export const int32 = integer('int32', -(2 ** 31), 2 ** 31 - 1);
export const uint8 = integer('uint8', 0, 255);

export const float64: JsonShape<number> = {
  goType: 'float64',
  zero: () => 0,
  read(value) {
    if (typeof value !== 'number') throw new Misfit(value, 'float64');
    return value;
  },
};

export function listOf<T>(item: JsonShape<T>): JsonShape<T[]> {
  const goType = `[]${item.goType}`;
  return {
    goType,
    zero: () => [],
    read(value) {
      if (!Array.isArray(value)) throw new Misfit(value, goType);
      return value.map((element: unknown) => (element === null ? item.zero() : item.read(element)));
    },
  };
}

/** An object whose keys are data: they keep their case. */
export function mapOf<T>(item: JsonShape<T>): JsonShape<Record<string, T>> {
  const goType = `map[string]${item.goType}`;
  return {
    goType,
    zero: () => ({}),
    read(value) {
      if (!isJsonObject(value)) throw new Misfit(value, goType);
      return Object.fromEntries(
        Object.entries(value).map(([key, element]) => [key, element === null ? item.zero() : item.read(element)]),
      );
    },
  };
}

function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A Go peer folds the long s (U+017F) and the Kelvin sign (U+212A) too; `toLowerCase` does the latter. */
const foldKey = (key: string): string => key.toLowerCase().replaceAll('\u017f', 's');

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}
