import { toPointer } from '../document/pointer.js';
import { isObject, type JsonObject, listAt, objectAt } from '../document/swagger.js';
import type { Change, Subject } from './change.js';
import type { Directions } from './usage.js';

/** Where a schema stands, and which way it travels. */
export interface SchemaPlace {
  subject: Subject;
  where: string;
  pointer: string;
  directions: Directions;
}

/**
 * Differences of two schemas, without those of the definitions that they refer to: these are compared once, by name.
 *
 * A change breaks where it asks more of what clients send, or promises less of what they receive.
 */
export function diffSchema(before: unknown, after: unknown, place: SchemaPlace): Change[] {
  const change = (what: string, breaking: boolean): Change => {
    const { subject, where, pointer } = place;
    return { kind: 'changed', subject, where, what, breaking, pointer };
  };
  if (!isObject(before) && !isObject(after)) return [];
  if (!isObject(before)) return [change('now has a schema', true)];
  if (!isObject(after)) return [change('no longer has a schema', true)];
  const [was, is] = [typeName(before), typeName(after)];
  if (was !== is) return [change(`type: ${was} → ${is}`, breaksType(was, is, place.directions))];
  if (typeof before['$ref'] === 'string') return [];
  return [
    ...diffFormat(before, after, change),
    ...diffNull(before, after, place, change),
    ...diffEnum(before, after, place, change),
    ...diffBounds(before, after, place, change),
    ...diffProperties(before, after, place),
    ...diffRequired(before, after, place, change),
    ...diffWithin('items', '[]', before, after, place),
    ...diffWithin('additionalProperties', '{}', before, after, place),
    ...diffAllOf(before, after, place, change),
  ];
}

type Report = (what: string, breaking: boolean) => Change;

function typeName(schema: JsonObject): string {
  const { $ref, type } = schema;
  if (typeof $ref === 'string') return $ref.slice($ref.lastIndexOf('/') + 1);
  if (typeof type === 'string') return type;
  return Object.hasOwn(schema, 'properties') || Object.hasOwn(schema, 'allOf') ? 'object' : 'any';
}

/** Every integer is a number: receiving integers where numbers were, or sending them, harms nobody. */
function breaksType(was: string, is: string, { sent, received }: Directions): boolean {
  const accepts = (wide: string, narrow: string) => wide === 'any' || (wide === 'number' && narrow === 'integer');
  return (sent && !accepts(is, was)) || (received && !accepts(was, is));
}

function diffFormat({ format: was }: JsonObject, { format: is }: JsonObject, change: Report): Change[] {
  return was === is ? [] : [change(`format: ${word(was)} → ${word(is)}`, was !== undefined && is !== undefined)];
}

const word = (value: unknown) => (value === undefined ? 'none' : String(value));

function diffNull(before: JsonObject, after: JsonObject, { directions }: SchemaPlace, change: Report): Change[] {
  const [was, is] = [before['x-nullable'] === true, after['x-nullable'] === true];
  if (was === is) return [];
  return [change(is ? 'may now be null' : 'may no longer be null', is ? directions.received : directions.sent)];
}

function diffEnum(before: JsonObject, after: JsonObject, { directions }: SchemaPlace, change: Report): Change[] {
  const [had, has] = [Array.isArray(before['enum']), Array.isArray(after['enum'])];
  if (had !== has)
    return [change(has ? 'now an enum' : 'no longer an enum', has ? directions.sent : directions.received)];
  const values = (schema: JsonObject) => listAt(schema, 'enum').map((value) => JSON.stringify(value));
  const [old, fresh] = [values(before), values(after)];
  const removed = old.filter((value) => !fresh.includes(value));
  const added = fresh.filter((value) => !old.includes(value));
  return [
    ...removed.map((value) => change(`enum: ${value} is gone`, directions.sent)),
    ...added.map((value) => change(`enum: ${value} is new`, directions.received)),
  ];
}

const least = ['minimum', 'minLength', 'minItems'];
const most = ['maximum', 'maxLength', 'maxItems'];
const others = ['pattern', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'uniqueItems', 'collectionFormat'];

/** Bounds: tighter ones refuse what clients send today, wider ones let them receive what they have not seen. */
function diffBounds(before: JsonObject, after: JsonObject, { directions }: SchemaPlace, change: Report): Change[] {
  return [...least, ...most, ...others].flatMap((key) => {
    const [was, is] = [before[key], after[key]];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const what = `${key}: ${word(was)} → ${word(is)}`;
    if (others.includes(key)) return [change(what, is !== undefined ? directions.sent : directions.received)];
    const none = least.includes(key) ? -Infinity : Infinity;
    const [from, to] = [Number(was ?? none), Number(is ?? none)];
    const isTighter = least.includes(key) ? to > from : to < from;
    return [change(what, isTighter ? directions.sent : directions.received)];
  });
}

function diffProperties(before: JsonObject, after: JsonObject, place: SchemaPlace): Change[] {
  const [old, fresh] = [objectAt(before, 'properties'), objectAt(after, 'properties')];
  const required = listAt(after, 'required');
  const { sent, received } = place.directions;
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])].flatMap((name): Change[] => {
    const where = `${place.where}.${name}`;
    const pointer = `${place.pointer}${toPointer(['properties', name])}`;
    const common = { subject: 'property' as const, where, pointer };
    if (!Object.hasOwn(fresh, name)) {
      // Those who send it fail: cc-backend refuses members that it does not know. Those who read it find nothing.
      return [{ ...common, kind: 'removed', what: 'gone', breaking: sent || received }];
    }
    if (!Object.hasOwn(old, name)) {
      const isRequired = required.includes(name);
      return [{ ...common, kind: 'added', what: isRequired ? 'new, required' : 'new', breaking: isRequired && sent }];
    }
    return diffSchema(old[name], fresh[name], { ...common, directions: place.directions });
  });
}

/** `required` of properties that both have. */
function diffRequired(before: JsonObject, after: JsonObject, place: SchemaPlace, change: Report): Change[] {
  const both = Object.keys(objectAt(before, 'properties')).filter((name) =>
    Object.hasOwn(objectAt(after, 'properties'), name),
  );
  const [old, fresh] = [listAt(before, 'required'), listAt(after, 'required')];
  return both.flatMap((name) => {
    const [was, is] = [old.includes(name), fresh.includes(name)];
    if (was === is) return [];
    const { sent, received } = place.directions;
    const where = { subject: 'property' as const, where: `${place.where}.${name}` };
    return [{ ...change(is ? 'now required' : 'now optional', is ? sent : received), ...where }];
  });
}

function diffWithin(key: string, mark: string, before: JsonObject, after: JsonObject, place: SchemaPlace): Change[] {
  const [was, is] = [before[key], after[key]];
  if (!isObject(was) && !isObject(is)) {
    // additionalProperties: absent means true.
    const [had, has] = [was !== false, is !== false];
    const { sent, received } = place.directions;
    if (key === 'items' || had === has) return [];
    const what = has ? 'other properties are now allowed' : 'other properties are no longer allowed';
    const { subject, where, pointer } = place;
    return [{ kind: 'changed', subject, where, what, breaking: has ? received : sent, pointer }];
  }
  return diffSchema(was, is, { ...place, where: place.where + mark, pointer: `${place.pointer}/${key}` });
}

function diffAllOf(before: JsonObject, after: JsonObject, place: SchemaPlace, change: Report): Change[] {
  const [old, fresh] = [listAt(before, 'allOf'), listAt(after, 'allOf')];
  if (old.length !== fresh.length) return [change('made of other parts', true)];
  return old.flatMap((part, index) =>
    diffSchema(part, fresh[index], { ...place, pointer: `${place.pointer}/allOf/${index}` }),
  );
}
