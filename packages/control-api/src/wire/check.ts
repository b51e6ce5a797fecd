import { schemas } from '../generated/schemas.js';
import type { Schema } from './schema.js';

const named: Readonly<Record<string, Schema>> = schemas;

/** How closely a value must follow its schema. */
export interface CheckOptions {
  /**
   * Whether bounds, patterns, known words and unknown members count. A client does not look at them: a newer server may say more
   * than it knows.
   */
  isStrict: boolean;
}

/**
 * What is wrong with a value, in words for whoever sent it: `"uses" is no integer`; undefined where nothing is.
 *
 * @param at where the value stands, for the words: `workers.0.name`.
 */
export function fault(value: unknown, schema: Schema, options: CheckOptions, at = ''): string | undefined {
  if (schema.ref !== undefined) return fault(value, named[schema.ref] ?? {}, options, at);
  if (schema.oneOf !== undefined) return faultOfChoice(value, schema.oneOf, options, at);
  if (!hasType(value, schema.type)) return `${nameOf(at)} is no ${wordsOf(schema.type)}`;
  if (options.isStrict && schema.enum !== undefined && !schema.enum.some((word) => word === value)) {
    return `${nameOf(at)} is none of ${schema.enum.map((word) => JSON.stringify(word)).join(', ')}`;
  }
  if (typeof value === 'string') return options.isStrict ? faultOfText(value, schema, at) : undefined;
  if (typeof value === 'number') return options.isStrict ? faultOfNumber(value, schema, at) : undefined;
  if (Array.isArray(value)) return faultOfList(value, schema, options, at);
  if (typeof value === 'object' && value !== null) return faultOfObject(value, schema, options, at);
  return undefined;
}

/** Whether a value has the shape of a named schema; a newer server may say more. */
export function hasShape(value: unknown, name: string): boolean {
  return fault(value, { ref: name }, { isStrict: false }) === undefined;
}

function faultOfChoice(
  value: unknown,
  choices: readonly Schema[],
  options: CheckOptions,
  at: string,
): string | undefined {
  const faults = choices.map((choice) => fault(value, choice, options, at));
  return faults.includes(undefined) ? undefined : faults[0];
}

function faultOfText(value: string, { minLength = 0, maxLength = Infinity, pattern }: Schema, at: string) {
  if (value.length < minLength) {
    return value === '' ? `${nameOf(at)} is empty` : `${nameOf(at)} is shorter than ${minLength} characters`;
  }
  if (value.length > maxLength) return `${nameOf(at)} is longer than ${maxLength} characters`;
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) return `${nameOf(at)} does not match ${pattern}`;
  return undefined;
}

function faultOfNumber(value: number, schema: Schema, at: string): string | undefined {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = schema;
  if (value < minimum || value <= exclusiveMinimum) {
    return `${nameOf(at)} is less than ${Math.max(minimum, exclusiveMinimum)}`;
  }
  return value > maximum ? `${nameOf(at)} is more than ${maximum}` : undefined;
}

function faultOfList(value: readonly unknown[], schema: Schema, options: CheckOptions, at: string): string | undefined {
  const { items, minItems = 0, maxItems = Infinity } = schema;
  if (options.isStrict && value.length < minItems) return `${nameOf(at)} has less than ${minItems} elements`;
  if (options.isStrict && value.length > maxItems) return `${nameOf(at)} has more than ${maxItems} elements`;
  if (items === undefined) return undefined;
  // Series are long: their numbers are looked at without a call for each.
  if (isPlainNumber(items) && value.every(isNumberOrNull)) return undefined;
  for (let index = 0; index < value.length; index++) {
    const found = fault(value[index], items, options, join(at, String(index)));
    if (found !== undefined) return found;
  }
  return undefined;
}

const isPlainNumber = (schema: Schema): boolean =>
  Array.isArray(schema.type) && schema.type.includes('number') && schema.type.includes('null');

const isNumberOrNull = (value: unknown): boolean => value === null || typeof value === 'number';

function faultOfObject(value: object, schema: Schema, options: CheckOptions, at: string): string | undefined {
  const { properties = {}, required = [], additionalProperties } = schema;
  for (const name of required) if (!Object.hasOwn(value, name)) return `${nameOf(join(at, name))} is missing`;
  for (const [name, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const rest = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    if (known === undefined && additionalProperties === false && options.isStrict) {
      return `${nameOf(join(at, name))} is not known`;
    }
    const found = fault(member, known ?? rest ?? {}, options, join(at, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

function hasType(value: unknown, type: Schema['type']): boolean {
  if (type === undefined) return true;
  if (typeof type !== 'string') return type.some((one) => hasType(value, one));
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}

const wordsOf = (type: Schema['type']): string => {
  const list = typeof type === 'string' ? [type] : (type ?? []);
  return list.map((one) => words.get(one) ?? one).join(' or ');
};

const words = new Map([
  ['string', 'text'],
  ['array', 'list'],
]);

const join = (at: string, name: string): string => (at === '' ? name : `${at}.${name}`);

/** Names from outside are cut: they end in messages and logs. */
const nameOf = (at: string): string => (at === '' ? 'the body' : JSON.stringify(at.slice(0, 200)));
