import { isObject, type JsonObject, listAt, objectAt } from '../document/swagger.js';
import { resolve } from './operation-facts.js';

/** A source of numbers from 0 to below 1: always the same for the same seed. */
export type Random = () => number;

/** The numbers of a seed: xorshift over a hash (FNV-1a) of it. */
export function seeded(seed: string): Random {
  let state = 0x811c9dc5;
  for (let index = 0; index < seed.length; index += 1) {
    state = Math.imul(state ^ seed.charCodeAt(index), 0x01000193);
  }
  state ||= 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/**
 * A value that a schema allows, the same for the same random numbers: its `example`, `default` or one of its `enum` where
 * it has one, else one made up. `pattern` is not heeded.
 *
 * @param document in which references lead somewhere.
 */
export function exampleOf(document: JsonObject, schema: unknown, random: Random): unknown {
  return build(document, schema, random, []);
}

/** @param above references within which the value is: a schema within itself ends there. */
function build(document: JsonObject, given: unknown, random: Random, above: readonly string[]): unknown {
  if (!isObject(given)) return null;
  const reference = given['$ref'];
  if (typeof reference === 'string') {
    if (above.includes(reference)) return undefined;
    return build(document, resolve(document, given), random, [...above, reference]);
  }
  for (const key of ['example', 'default']) if (fits(given, given[key])) return given[key];
  const values = listAt(given, 'enum');
  if (values.length > 0) return values[Math.floor(random() * values.length)];
  const allOf = listAt(given, 'allOf');
  if (allOf.length > 0) {
    const members = [...allOf, { ...given, allOf: undefined }].map((part) => build(document, part, random, above));
    return members.every((member) => isObject(member) || member === undefined || member === null)
      ? Object.assign({}, ...members)
      : members[0];
  }
  switch (given['type']) {
    case 'array':
      return listOf(document, given, random, above);
    case 'boolean':
      return random() < 0.5;
    case 'integer':
    case 'number':
      return numberOf(given, random);
    case 'string':
      return textOf(given, random);
    case 'object':
    case undefined:
      return objectOf(document, given, random, above);
    default:
      return null;
  }
}

/** Whether a value is of a schema's type: documents give `"12"` as the example of a number. */
function fits({ type }: JsonObject, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  return type === undefined || typeof value === type;
}

function listOf(document: JsonObject, schema: JsonObject, random: Random, above: readonly string[]): unknown[] {
  const least = Number(schema['minItems'] ?? 1);
  const length = Math.min(Number(schema['maxItems'] ?? Infinity), Math.max(1, Math.min(least, 16)));
  const items = Array.from({ length }, () => build(document, schema['items'], random, above));
  return items.filter((item) => item !== undefined);
}

function objectOf(document: JsonObject, schema: JsonObject, random: Random, above: readonly string[]): JsonObject {
  const members = Object.entries(objectAt(schema, 'properties')).map(([name, property]): [string, unknown] => [
    name,
    build(document, property, random, above),
  ]);
  const more = schema['additionalProperties'];
  if (isObject(more)) members.push([word(random), build(document, more, random, above)]);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

function numberOf(schema: JsonObject, random: Random): number {
  const least = Number(schema['minimum'] ?? 0) + (schema['exclusiveMinimum'] === true ? 1 : 0);
  const most = Number(schema['maximum'] ?? least + 100) - (schema['exclusiveMaximum'] === true ? 1 : 0);
  const value = least + random() * Math.max(0, most - least);
  return schema['type'] === 'integer' ? Math.min(Math.max(Math.round(value), least), most) : Number(value.toFixed(3));
}

function textOf(schema: JsonObject, random: Random): string {
  switch (schema['format']) {
    case 'date-time':
      return '2026-01-02T03:04:05Z';
    case 'date':
      return '2026-01-02';
    case 'email':
      return `${word(random)}@example.org`;
    case 'uri':
      return `https://example.org/${word(random)}`;
    case 'uuid':
      return '00000000-0000-4000-8000-000000000000'.replace(/0/g, () => Math.floor(random() * 16).toString(16));
    default:
      return padded(word(random), Number(schema['minLength'] ?? 0)).slice(0, Number(schema['maxLength'] ?? 64));
  }
}

const padded = (text: string, length: number) => text.padEnd(Math.min(length, 1024), 'x');

const words = [
  'anchor',
  'beacon',
  'buoy',
  'cable',
  'capstan',
  'cleat',
  'dock',
  'fender',
  'harbour',
  'hull',
  'jetty',
  'keel',
];

const word = (random: Random): string => words[Math.floor(random() * words.length)] ?? 'pier';
