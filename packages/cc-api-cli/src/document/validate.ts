import { checkReferences } from './check-references.js';
import { checkSchema } from './check-schema.js';
import { at, fault, type Place } from './fault.js';
import { lookUp } from './pointer.js';
import { isObject, type JsonObject, locateOperations, methods, objectAt, type SwaggerDocument } from './swagger.js';

/**
 * Checks that a value is a Swagger 2.0 document that code can be made from.
 *
 * @param source what it is, for messages.
 * @throws CcApiCliError `not_swagger`, `invalid_document`, `missing_definition`, `external_reference`,
 *   `circular_reference`, `duplicate_path` or `duplicate_operation_id`, with the pointer of the first fault.
 */
export function validate(document: unknown, source: string): SwaggerDocument {
  const root: Place = { source, path: [] };
  if (!isObject(document)) throw fault('not_swagger', root, 'a Swagger document is a JSON object');
  checkVersion(document, root);
  const info = need(document, 'info', root);
  for (const key of ['title', 'version']) {
    if (typeof info[key] !== 'string') throw fault('invalid_document', at(root, 'info', key), 'a text is expected');
  }
  const paths = need(document, 'paths', root);
  for (const section of ['definitions', 'parameters', 'responses']) {
    if (document[section] !== undefined) need(document, section, root);
  }
  checkReferences(document, root);
  for (const [name, schema] of Object.entries(objectAt(document, 'definitions'))) {
    checkSchema(schema, at(root, 'definitions', name));
  }
  checkPaths(paths, at(root, 'paths'));
  for (const { path, method, operation, item } of locateOperations(document)) {
    checkOperation(document, path, operation, item, at(root, 'paths', path, method));
  }
  checkOperationIds(document, root);
  return document as SwaggerDocument;
}

function checkVersion(document: JsonObject, root: Place): void {
  if (document['swagger'] === '2.0') return;
  if (typeof document['openapi'] === 'string') {
    const what = `this is an OpenAPI ${document['openapi'].slice(0, 20)} document, not Swagger 2.0`;
    throw fault('not_swagger', at(root, 'openapi'), what, 'openapi-typescript reads OpenAPI 3 as it is');
  }
  throw fault('not_swagger', at(root, 'swagger'), 'a Swagger document says "swagger": "2.0"');
}

function need(owner: JsonObject, key: string, place: Place): JsonObject {
  const value = owner[key];
  if (!isObject(value)) throw fault('invalid_document', at(place, key), 'an object is expected');
  return value;
}

function checkPaths(paths: JsonObject, place: Place): void {
  const seen = new Map<string, string>();
  for (const [path, item] of Object.entries(paths)) {
    if (path.startsWith('x-')) continue;
    if (!path.startsWith('/')) throw fault('invalid_document', at(place, path), 'a path begins with /');
    if (!isObject(item)) throw fault('invalid_document', at(place, path), 'an object is expected');
    const same = path.replace(/\{[^{}]*\}/g, '{}');
    const other = seen.get(same);
    if (other !== undefined) {
      throw fault('duplicate_path', at(place, path), `this is the path ${other} under another name of its parameter`);
    }
    seen.set(same, path);
    for (const method of methods) if (item[method] !== undefined) need(item, method, at(place, path));
  }
}

function checkOperation(
  document: JsonObject,
  path: string,
  operation: JsonObject,
  item: JsonObject,
  place: Place,
): void {
  const parameters = [
    ...checkParameters(document, item['parameters'], { ...place, path: [...place.path.slice(0, -1), 'parameters'] }),
    ...checkParameters(document, operation['parameters'], at(place, 'parameters')),
  ];
  const placed = new Set(parameters.map((parameter) => parameter['in']));
  if (placed.has('body') && placed.has('formData')) {
    throw fault('invalid_document', at(place, 'parameters'), 'an operation has a body or form fields, not both');
  }
  for (const [, name] of path.matchAll(/\{([^{}]*)\}/g)) {
    if (!parameters.some((parameter) => parameter['in'] === 'path' && parameter['name'] === name)) {
      throw fault('invalid_document', place, `the path's parameter {${String(name)}} is not described`);
    }
  }
  const responses = need(operation, 'responses', place);
  for (const [status, given] of Object.entries(responses)) {
    if (status.startsWith('x-')) continue;
    const here = at(place, 'responses', status);
    if (!/^(?:[1-5]\d\d|default)$/.test(status)) {
      throw fault('invalid_document', here, 'a response is named by its status, such as 200, or "default"');
    }
    if (!isObject(given)) throw fault('invalid_document', here, 'an object is expected');
    if (given['schema'] !== undefined) checkSchema(given['schema'], at(here, 'schema'));
  }
  if (!Object.keys(responses).some((status) => !status.startsWith('x-'))) {
    throw fault('invalid_document', at(place, 'responses'), 'an operation has at least one response');
  }
}

const locations = ['path', 'query', 'header', 'body', 'formData'];

function checkParameters(document: JsonObject, list: unknown, place: Place): JsonObject[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw fault('invalid_document', place, 'a list is expected');
  return list.map((given: unknown, index) => {
    const here = at(place, index);
    const parameter =
      isObject(given) && typeof given['$ref'] === 'string' ? lookUp(document, given['$ref'].slice(1)) : given;
    if (!isObject(parameter)) throw fault('invalid_document', here, 'an object is expected');
    if (typeof parameter['name'] !== 'string') throw fault('invalid_document', at(here, 'name'), 'a text is expected');
    if (typeof parameter['in'] !== 'string' || !locations.includes(parameter['in'])) {
      throw fault('invalid_document', at(here, 'in'), `one of ${locations.join(', ')} is expected`);
    }
    if (parameter['in'] === 'body') checkSchema(parameter['schema'], at(here, 'schema'));
    else if (typeof parameter['type'] !== 'string') {
      throw fault('invalid_document', at(here, 'type'), 'a type is expected');
    }
    return parameter;
  });
}

function checkOperationIds(document: JsonObject, root: Place): void {
  const seen = new Set<string>();
  for (const { path, method, operation } of locateOperations(document)) {
    const id = operation['operationId'];
    if (id === undefined) continue;
    const here = at(root, 'paths', path, method, 'operationId');
    if (typeof id !== 'string' || !/^[A-Za-z_$][\w$]*$/.test(id)) {
      throw fault('invalid_document', here, 'an operation id that can be a name in TypeScript is expected');
    }
    if (seen.has(id)) throw fault('duplicate_operation_id', here, `the operation id ${id} stands twice`);
    seen.add(id);
  }
}
