import { isObject, type JsonObject, locateOperations } from './swagger.js';

/**
 * Gives every operation of a document without one an id made of its method and path: `GET /api/jobs/{id}` becomes
 * `getApiJobsById`. A name that is taken is numbered. Changes the document.
 */
export function nameOperations(document: JsonObject): void {
  const operations = locateOperations(document);
  const taken = new Set(operations.map(({ operation }) => operation['operationId']));
  for (const { path, method, operation } of operations) {
    if (operation['operationId'] !== undefined) continue;
    const name = method + path.split('/').map(words).join('');
    let id = name;
    for (let count = 2; taken.has(id); count += 1) id = `${name}${count}`;
    taken.add(id);
    operation['operationId'] = id;
  }
}

function words(segment: string): string {
  const text = segment.replace(/\{([^{}]*)\}/g, '-by-$1-');
  return text.replace(/[^A-Za-z0-9]*([A-Za-z0-9])([A-Za-z0-9]*)[^A-Za-z0-9]*/g, (_, first: string, rest: string) => {
    return first.toUpperCase() + rest;
  });
}

/**
 * Says `application/json` where a document is silent about what its operations answer with: the converter would take
 * silence for any type at all. Changes the document.
 */
export function assumeJson(document: JsonObject): void {
  if (Array.isArray(document['produces'])) return;
  for (const { operation } of locateOperations(document)) {
    const isSilent = !Array.isArray(operation['produces']) || operation['produces'].length === 0;
    if (isSilent && isObject(operation['responses'])) operation['produces'] = ['application/json'];
  }
}
