import { type Params, readParams } from '../wire/params.js';
import type { CallContext } from './call.js';

/** One method of a facade: from what came in to what is answered, or a promise of it. */
export interface Method {
  invoke(params: unknown, context: CallContext): unknown;
}

/** A method without a parser: it is given an object, whose members nobody has looked at. */
export type PlainMethod = (params: Params, context: CallContext) => unknown;

/** What {@link facade} takes. */
export interface FacadeDefinition {
  /** `Agent`, `Moorline`; as clients call it. */
  name: string;
  /** Versions of it that these methods answer; ≥ 1 each. Several facades may share a name, with other versions. */
  versions: readonly number[];
  /**
   * What a call with the id of an object gets: `'refused'` is answered `id not found`, `'ignored'` as if there were none;
   * with `'expected'` the methods look at `context.objectId`. Default `'refused'`.
   */
  objectIds?: 'refused' | 'ignored' | 'expected' | undefined;
  /**
   * By name, as clients call them. What a method returns is the answer's body, an object; nothing is `{}`. Throw a
   * `RequestError` for a failure with a code; of any other error the message is sent.
   */
  methods: Readonly<Record<string, Method | PlainMethod>>;
}

/** A facade as a server serves it; see {@link facade}. */
export interface Facade {
  readonly name: string;
  readonly versions: readonly number[];
  readonly objectIds: 'refused' | 'ignored' | 'expected';
  readonly methods: ReadonlyMap<string, Method>;
}

/**
 * Makes a facade to serve.
 *
 * ```ts
 * const settings = facade({
 *   name: 'Moorline',
 *   versions: [1],
 *   methods: { Interval: () => ({ seconds: 60 }) },
 * });
 * ```
 */
export function facade({ name, versions, objectIds = 'refused', methods }: FacadeDefinition): Facade {
  if (name === '') throw new TypeError('a facade has a name');
  const isSound = versions.length > 0 && versions.every((version) => Number.isSafeInteger(version) && version >= 1);
  if (!isSound) throw new TypeError(`the versions of facade ${name} are whole numbers from 1 on, at least one`);
  const entries = Object.entries(methods).map(([method, given]): [string, Method] => [
    method,
    'invoke' in given ? given : plain(given),
  ]);
  return { name, versions: [...versions].sort((a, b) => a - b), objectIds, methods: new Map(entries) };
}

/** A method with a parser: what `parse` throws is answered, and `handle` gets what it returns. */
export function method<Parsed>(definition: {
  parse: (params: unknown) => Parsed;
  handle: (params: Parsed, context: CallContext) => unknown;
}): Method {
  return { invoke: (params, context) => definition.handle(definition.parse(params), context) };
}

const plain = (handle: PlainMethod): Method => ({
  invoke: (params, context) => handle(readParams(params, 'struct {}'), context),
});
