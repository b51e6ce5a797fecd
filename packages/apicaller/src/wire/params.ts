import { isObject } from './is-object.js';
import { RequestError } from './request-error.js';

/** Params of a call: an object, its members not looked at. */
export type Params = Readonly<Record<string, unknown>>;

/**
 * Takes the params of a call for an object, as the original's decoder does.
 *
 * @param type what the decoder calls their type: `params.Entities`.
 * @throws RequestError without a code, in the decoder's words.
 */
export function readParams(params: unknown, type: string): Params {
  if (isObject(params)) return params;
  throw unfit(params, `Go value of type ${type}`);
}

/** A text among the members; empty where it is absent or null. */
export function readTextMember(object: Params, name: string, owner: string): string {
  const value = memberOf(object, name) ?? '';
  if (typeof value === 'string') return value;
  throw unfit(value, `Go struct field ${owner}.${name} of type string`);
}

/** A list of objects among the members; empty where it is absent or null. */
export function readListMember(object: Params, name: string, owner: string, type: string): Params[] {
  const value = memberOf(object, name) ?? [];
  if (!Array.isArray(value)) throw unfit(value, `Go struct field ${owner}.${name} of type []${type}`);
  return value.map((entry: unknown) => {
    if (entry === null) return {};
    if (isObject(entry)) return entry;
    throw unfit(entry, `Go struct field ${owner}.${name} of type ${type}`);
  });
}

/** A member under its name, or under the name in other case: the original finds both. */
export function memberOf(object: Params, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const wanted = name.toLowerCase();
  const found = Object.keys(object).find((key) => key.toLowerCase() === wanted);
  return found === undefined ? undefined : object[found];
}

function unfit(value: unknown, into: string): RequestError {
  return new RequestError({ message: `json: cannot unmarshal ${kindOf(value)} into ${into}`, code: '' });
}

/** What Go calls a JSON value. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
