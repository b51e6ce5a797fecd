import { isObject } from './swagger.js';
import { at, fault, type Place } from './fault.js';

const types = ['array', 'boolean', 'file', 'integer', 'null', 'number', 'object', 'string'];

/**
 * Checks a schema's shape, not its references.
 *
 * @throws CcApiCliError `invalid_document` with the pointer of what is wrong.
 */
export function checkSchema(schema: unknown, place: Place): void {
  if (!isObject(schema)) throw fault('invalid_document', place, 'a schema is expected');
  if (typeof schema['$ref'] === 'string') return;
  const { type, properties, required, items, allOf, enum: values, additionalProperties } = schema;
  if (type !== undefined && (typeof type !== 'string' || !types.includes(type))) {
    throw fault('invalid_document', at(place, 'type'), `one of ${types.join(', ')} is expected`);
  }
  if (values !== undefined && (!Array.isArray(values) || values.length === 0)) {
    throw fault('invalid_document', at(place, 'enum'), 'a list of values is expected');
  }
  if (required !== undefined && !(Array.isArray(required) && required.every((name) => typeof name === 'string'))) {
    throw fault('invalid_document', at(place, 'required'), 'a list of property names is expected');
  }
  if (properties !== undefined) {
    if (!isObject(properties)) throw fault('invalid_document', at(place, 'properties'), 'an object is expected');
    for (const [name, property] of Object.entries(properties)) checkSchema(property, at(place, 'properties', name));
  }
  if (items !== undefined) checkSchema(items, at(place, 'items'));
  if (additionalProperties !== undefined && typeof additionalProperties !== 'boolean') {
    checkSchema(additionalProperties, at(place, 'additionalProperties'));
  }
  if (allOf !== undefined) {
    if (!Array.isArray(allOf)) throw fault('invalid_document', at(place, 'allOf'), 'a list of schemas is expected');
    allOf.forEach((part, index) => checkSchema(part, at(place, 'allOf', index)));
  }
}
