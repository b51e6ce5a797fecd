import { lookUp } from '../document/pointer.js';
import { isObject, type JsonObject } from '../document/swagger.js';

/** What a local reference leads to; an empty object where it leads to nothing. */
export function definition(document: JsonObject, reference: string): JsonObject {
  const target = lookUp(document, reference.replace(/^#/, ''));
  return isObject(target) ? target : {};
}

/** What a value is, or what the chain of references in its place leads to. */
export function deref(document: JsonObject, value: unknown): JsonObject {
  let target = value;
  for (let hops = 0; isObject(target) && typeof target['$ref'] === 'string' && hops < 32; hops += 1) {
    target = definition(document, target['$ref']);
  }
  return isObject(target) ? target : {};
}
