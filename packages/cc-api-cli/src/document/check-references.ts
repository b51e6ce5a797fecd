import { lookUp } from './pointer.js';
import { isObject, type JsonObject } from './swagger.js';
import { at, fault, type Place } from './fault.js';

/** Members whose contents are data, where `$ref` means nothing. */
const data = new Set(['default', 'enum', 'example', 'examples']);

/** Members whose keys are names that somebody chose, where `example` is a name like any other. */
const named = new Set(['definitions', 'parameters', 'paths', 'properties', 'responses', 'securityDefinitions']);

/**
 * Checks that every `$ref` leads to something in the document, and not back to itself.
 *
 * @throws CcApiCliError `missing_definition`, `external_reference` or `circular_reference`, with the `$ref`'s pointer.
 */
export function checkReferences(document: JsonObject, root: Place): void {
  walk(document, root, false);

  function walk(value: unknown, place: Place, namesOnly: boolean): void {
    if (Array.isArray(value)) {
      value.forEach((item: unknown, index) => walk(item, at(place, index), false));
      return;
    }
    if (!isObject(value)) return;
    if (!namesOnly && typeof value['$ref'] === 'string') follow(value['$ref'], at(place, '$ref'));
    for (const [key, member] of Object.entries(value)) {
      if (!namesOnly && (data.has(key) || key.startsWith('x-'))) continue;
      walk(member, at(place, key), !namesOnly && named.has(key));
    }
  }

  function follow(reference: string, place: Place): void {
    if (!reference.startsWith('#')) {
      const hint = 'bring the definition into the document: nothing is fetched that it refers to';
      throw fault(
        'external_reference',
        place,
        `the reference ${reference.slice(0, 100)} leads out of the document`,
        hint,
      );
    }
    if (target(reference) === undefined) {
      throw fault('missing_definition', place, `the reference ${reference} leads to nothing`);
    }
    // What is wrong with a reference further on is told at its own place; a circle has none.
    const seen = new Set<string>();
    for (let next: unknown = reference; typeof next === 'string';) {
      if (seen.has(next)) throw fault('circular_reference', place, `the reference ${next} leads back to itself`);
      seen.add(next);
      const found = target(next);
      next = isObject(found) ? found['$ref'] : undefined;
    }
  }

  function target(reference: string): unknown {
    return lookUp(document, decode(reference.slice(1)));
  }
}

/** A reference is a fragment of a URI, in which characters may be escaped. */
function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
