import { nameOperations } from '../document/operation-ids.js';
import { type JsonObject, objectAt, type SwaggerDocument } from '../document/swagger.js';
import type { Change, Comparison } from './change.js';
import { diffOperations } from './diff-operations.js';
import { diffSchema } from './diff-schema.js';
import { toPointer } from '../document/pointer.js';
import { type Directions, definitionUsage } from './usage.js';

/**
 * What changed between two documents, and what of it breaks a client made for the first. Texts for people (descriptions,
 * summaries, examples, tags) do not count. The README has the rules.
 */
export function diffDocuments(before: SwaggerDocument, after: SwaggerDocument): Comparison {
  const changes = [...diffOperations(named(before), named(after)), ...diffDefinitions(before, after)];
  changes.sort(
    (a, b) => Number(b.breaking) - Number(a.breaking) || compare(a.where, b.where) || compare(a.what, b.what),
  );
  return { changes, breaking: changes.filter(({ breaking }) => breaking).length };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** With the ids that generated clients have, so that an id that appears in the document is a renaming. */
function named(document: SwaggerDocument): JsonObject {
  const copy = structuredClone(document);
  nameOperations(copy);
  return copy;
}

function diffDefinitions(before: JsonObject, after: JsonObject): Change[] {
  const [old, fresh] = [objectAt(before, 'definitions'), objectAt(after, 'definitions')];
  const [usedBefore, usedAfter] = [definitionUsage(before), definitionUsage(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(fresh)])];
  return names.flatMap((name): Change[] => {
    const pointer = toPointer(['definitions', name]);
    const common = { subject: 'schema' as const, where: name, pointer };
    if (!Object.hasOwn(fresh, name)) {
      // Its name is exported from generated types; what operations say instead is reported with them.
      return [{ ...common, kind: 'removed', what: 'no longer defined', breaking: true }];
    }
    if (!Object.hasOwn(old, name)) return [{ ...common, kind: 'added', what: 'newly defined', breaking: false }];
    const directions = either(usedBefore(name), usedAfter(name));
    return diffSchema(old[name], fresh[name], { where: name, pointer, directions, subject: 'schema' });
  });
}

/** A definition that nothing uses counts as travelling both ways: its type is exported. */
function either(a: Directions, b: Directions): Directions {
  const both = { sent: a.sent || b.sent, received: a.received || b.received };
  return both.sent || both.received ? both : { sent: true, received: true };
}
