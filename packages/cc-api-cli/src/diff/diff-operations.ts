import { toPointer } from '../document/pointer.js';
import { isObject, type JsonObject, listAt, type Located, locateOperations, objectAt } from '../document/swagger.js';
import type { Change } from './change.js';
import { deref } from './definition.js';
import { diffSchema } from './diff-schema.js';

/** Differences of operations: they are the same one when method and path are, however its parameters are called. */
export function diffOperations(before: JsonObject, after: JsonObject): Change[] {
  const [old, fresh] = [byPlace(before), byPlace(after)];
  const places = [...new Set([...old.keys(), ...fresh.keys()])];
  return places.flatMap((place): Change[] => {
    const [a, b] = [old.get(place), fresh.get(place)];
    if (a !== undefined && b === undefined) {
      return [{ ...about(a), kind: 'removed', what: 'no longer there', breaking: true }];
    }
    if (a === undefined && b !== undefined) return [{ ...about(b), kind: 'added', what: 'new', breaking: false }];
    return a === undefined || b === undefined ? [] : diffOperation({ before, after, a, b });
  });
}

interface Pair {
  before: JsonObject;
  after: JsonObject;
  a: Located;
  b: Located;
}

function byPlace(document: JsonObject): Map<string, Located> {
  const located = locateOperations(document);
  return new Map(located.map((one) => [`${one.method} ${one.path.replace(/\{[^{}]*\}/g, '{}')}`, one]));
}

function about({ method, path }: Located) {
  const where = `${method.toUpperCase()} ${path}`;
  return { subject: 'operation' as const, where, pointer: toPointer(['paths', path, method]) };
}

function diffOperation(pair: Pair): Change[] {
  const { a, b } = pair;
  const changed = { ...about(b), kind: 'changed' as const };
  const changes: Change[] = [];
  const [oldId, newId] = [String(a.operation['operationId']), String(b.operation['operationId'])];
  if (oldId !== newId) changes.push({ ...changed, what: `id: ${oldId} → ${newId}`, breaking: true });
  const isOld = (one: Located) => one.operation['deprecated'] === true;
  if (isOld(a) !== isOld(b)) {
    changes.push({ ...changed, what: isOld(b) ? 'now deprecated' : 'no longer deprecated', breaking: false });
  }
  return [...changes, ...diffParameters(pair), ...diffMediaTypes(pair), ...diffResponses(pair)];
}

function diffParameters({ before, after, a, b }: Pair): Change[] {
  const [old, fresh] = [parametersOf(before, a), parametersOf(after, b)];
  const keys = [...new Set([...old.keys(), ...fresh.keys()])];
  const { where, pointer } = about(b);
  return keys.flatMap((key): Change[] => {
    const [was, is] = [old.get(key), fresh.get(key)];
    const subject = key === 'body' ? ('body' as const) : ('parameter' as const);
    const common = { subject, where: `${where} · ${key}`, pointer: `${pointer}/parameters` };
    if (was === undefined && is !== undefined) {
      const required = is['required'] === true;
      return [{ ...common, kind: 'added', what: required ? 'new, required' : 'new, optional', breaking: required }];
    }
    if (was === undefined || is === undefined) {
      return [{ ...common, kind: 'removed', what: 'no longer taken', pointer: about(a).pointer, breaking: true }];
    }
    const changes: Change[] = [];
    if ((was['required'] === true) !== (is['required'] === true)) {
      const required = is['required'] === true;
      const what = required ? 'now required' : 'now optional';
      changes.push({ ...common, kind: 'changed', what, breaking: required });
    }
    const [oldSchema, newSchema] = key === 'body' ? [was['schema'], is['schema']] : [was, is];
    const directions = { sent: true, received: false };
    return [...changes, ...diffSchema(oldSchema, newSchema, { ...common, directions })];
  });
}

/** Parameters by place and name: `query page`; those of the path by position, since their names are the client's own affair. */
function parametersOf(document: JsonObject, { path, operation, item }: Located): Map<string, JsonObject> {
  const names = [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name);
  const all = [...listAt(item, 'parameters'), ...listAt(operation, 'parameters')].map((one) => deref(document, one));
  return new Map(
    all.map((parameter) => {
      const [place, name] = [String(parameter['in']), String(parameter['name'])];
      if (place === 'body') return ['body', parameter];
      return [place === 'path' ? `path ${names.indexOf(name) + 1}` : `${place} ${name}`, parameter];
    }),
  );
}

function diffMediaTypes({ before, after, a, b }: Pair): Change[] {
  return (['consumes', 'produces'] as const).flatMap((key) => {
    const types = (document: JsonObject, one: Located) => {
      const own = listAt(one.operation, key);
      return new Set((own.length > 0 ? own : listAt(document, key)).map(String));
    };
    const [old, fresh] = [types(before, a), types(after, b)];
    const common = { ...about(b), subject: 'media type' as const };
    const removed = [...old].filter((type) => !fresh.has(type));
    const added = [...fresh].filter((type) => !old.has(type));
    const verb = key === 'consumes' ? 'takes' : 'answers with';
    // A client that is answered with a type it does not know cannot read it; that a server takes more harms nobody.
    return [
      ...removed.map((type): Change => ({
        ...common,
        kind: 'removed',
        what: `no longer ${verb} ${type}`,
        breaking: true,
      })),
      ...added.map((type): Change => ({
        ...common,
        kind: 'added',
        what: `now ${verb} ${type}`,
        breaking: key === 'produces' && old.size > 0,
      })),
    ];
  });
}

function diffResponses({ before, after, a, b }: Pair): Change[] {
  const [old, fresh] = [responsesOf(a), responsesOf(b)];
  const statuses = [...new Set([...Object.keys(old), ...Object.keys(fresh)])].filter((key) => !key.startsWith('x-'));
  const { where, pointer } = about(b);
  return statuses.flatMap((status): Change[] => {
    const common = {
      subject: 'response' as const,
      where: `${where} · ${status}`,
      pointer: `${pointer}/responses/${status}`,
    };
    const isSuccess = /^[23]/.test(status);
    if (!Object.hasOwn(fresh, status)) {
      const gone = { ...common, pointer: `${about(a).pointer}/responses/${status}` };
      return [{ ...gone, kind: 'removed', what: 'no longer answered', breaking: isSuccess }];
    }
    if (!Object.hasOwn(old, status)) {
      return [{ ...common, kind: 'added', what: 'may now be answered', breaking: isSuccess }];
    }
    const [was, is] = [deref(before, old[status]), deref(after, fresh[status])];
    const directions = { sent: false, received: true };
    return diffSchema(was['schema'], is['schema'], { ...common, directions });
  });
}

const responsesOf = ({ operation }: Located): JsonObject =>
  isObject(operation['responses']) ? objectAt(operation, 'responses') : {};
