import { type JsonObject, listAt, locateOperations, objectAt } from '../document/swagger.js';
import { definition } from './definition.js';

/** Which way a schema travels: clients write what is sent and read what is received. */
export interface Directions {
  sent: boolean;
  received: boolean;
}

/** Which definitions of a document travel which way, through everything that refers to them. */
export function definitionUsage(document: JsonObject): (name: string) => Directions {
  const sent = new Set<string>();
  const received = new Set<string>();
  for (const { operation, item } of locateOperations(document)) {
    for (const parameter of [...listAt(item, 'parameters'), ...listAt(operation, 'parameters')]) {
      collect(document, parameter, sent);
    }
    collect(document, objectAt(operation, 'responses'), received);
  }
  return (name) => ({ sent: sent.has(name), received: received.has(name) });
}

function collect(document: JsonObject, value: unknown, into: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  const reference = (value as JsonObject)['$ref'];
  if (typeof reference === 'string') {
    const name = reference.startsWith('#/definitions/') ? reference.slice('#/definitions/'.length) : undefined;
    if (name !== undefined && into.has(name)) return;
    if (name !== undefined) into.add(name);
    collect(document, definition(document, reference), into);
  }
  for (const member of Object.values(value)) collect(document, member, into);
}
