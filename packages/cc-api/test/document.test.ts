import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocument } from './support/documents.js';
import { shared } from '../../../tools/testenv/cc-captures.js';

describe('the document', () => {
  const document = readDocument();
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

  it('has 25 paths, 29 operations, 144 pairs of operation and status, 36 definitions', () => {
    expect({
      paths: Object.keys(document.paths).length,
      operations: operations.length,
      pairs: operations.flatMap(({ responses }) => Object.keys(responses)).length,
      definitions: Object.keys(document.definitions).length,
    }).toEqual({ paths: 25, operations: 29, pairs: 144, definitions: 36 });
  });

  it('says of every operation, parameter, answer and definition what it is', () => {
    const silent: string[] = [];
    const look = (value: unknown, at: string) => {
      if (typeof value !== 'string' || value === '') silent.push(at);
    };
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        look(Reflect.get(operation, 'summary'), `${method} ${path}`);
        for (const parameter of operation.parameters ?? [])
          look(Reflect.get(parameter, 'description'), `${path} ${parameter.name}`);
        for (const [status, answer] of Object.entries(operation.responses))
          look(Reflect.get(answer, 'description'), `${path} ${status}`);
      }
    }
    for (const [name, schema] of Object.entries(document.definitions)) look(Reflect.get(schema, 'description'), name);
    expect(silent).toEqual([]);
  });

  it.skipIf(shared === undefined)('has the structure of the reference, member by member', () => {
    const reference: unknown = JSON.parse(
      readFileSync(join(shared ?? '', 'data/clustercockpit/swagger-1.5.4.json'), 'utf8'),
    );
    const { info: _, ...ours } = structure(document) as Record<string, unknown>;
    const { info: __, ...theirs } = structure(reference) as Record<string, unknown>;
    expect(differences(theirs, ours, '')).toEqual([]);
  });

  it.skipIf(shared === undefined)('shares no sentence with the reference', () => {
    const reference: unknown = JSON.parse(
      readFileSync(join(shared ?? '', 'data/clustercockpit/swagger-1.5.4.json'), 'utf8'),
    );
    const theirs = new Set(texts(reference));
    expect(texts(document).filter((text) => theirs.has(text))).toEqual([]);
  });
});

/** Words are ours, and so is whether there are any; `properties` hold names, not words. */
function structure(value: unknown, isMap = false): unknown {
  if (Array.isArray(value)) return value.map((item) => structure(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => isMap || !['description', 'summary', 'example'].includes(key))
      .map(([key, member]) => [key, structure(member, !isMap && ['properties', 'definitions', 'paths'].includes(key))]),
  );
}

function differences(expected: unknown, actual: unknown, at: string): string[] {
  if (JSON.stringify(expected) === JSON.stringify(actual)) return [];
  if (!isObject(expected) || !isObject(actual))
    return [`${at}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`];
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...names].flatMap((name) => differences(expected[name], actual[name], `${at}/${name}`));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function texts(value: unknown): string[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    typeof member === 'string' && (key === 'description' || key === 'summary')
      ? [member.trim().toLowerCase()]
      : texts(member),
  );
}
