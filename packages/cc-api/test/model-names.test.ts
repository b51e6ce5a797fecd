import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocument } from './support/documents.js';

const entry = readFileSync(join(import.meta.dirname, '../src/index.ts'), 'utf8');

describe('the models', () => {
  it('are exported under the name of every definition of the document, and of what it forgets', () => {
    const definitions = Object.keys(readDocument().definitions);
    expect(definitions).toHaveLength(36);
    const forgotten = ['api.GetCompleteJobAPIResponse', 'api.StartJobAPIRequest', 'api.LogEntry', 'api.Tagger'];
    const exported = exportedTypes(entry);
    expect([...definitions, ...forgotten].map(nameOf).filter((name) => !exported.has(name))).toEqual([]);
  });
});

/** `api.StopJobAPIRequest` is `StopJobApiRequest`, `schema.Job` is `Job`. */
function nameOf(definition: string): string {
  return definition.replace(/^\w+\./, '').replace('API', 'Api');
}

function exportedTypes(source: string): Set<string> {
  const lists = [...source.matchAll(/^export (type )?\{([^}]*)\}/gm)];
  return new Set(
    lists.flatMap(([, allTypes, list = '']) =>
      list
        .split(',')
        .map((item) => item.trim())
        .filter((item) => allTypes !== undefined || item.startsWith('type '))
        .map((item) => item.replace(/^type /, '')),
    ),
  );
}
