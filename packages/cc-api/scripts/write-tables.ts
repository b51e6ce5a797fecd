import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { statusPage } from '../test/support/status-table.js';
import { mockViewModule, routeFactsModule } from './table-modules.js';

/** Writes what types and mocks leave at run time, and docs/statuses.md, from the document and its corrections. */
const folder = join(import.meta.dirname, '..');
const read = (name: string) => JSON.parse(readFileSync(join(folder, 'swagger', `${name}.json`), 'utf8'));

for (const [view, overlay] of [
  ['actual', 'overlay'],
  ['documented', 'operation-ids'],
] as const) {
  const [document, corrections] = [read('cc-backend-1.5.4'), read(overlay)];
  const write = (name: string, text: string) =>
    writeFileSync(join(folder, 'src/generated', `${name}-${view}.ts`), text);
  write('mock-view', mockViewModule(view, document, overlay, corrections));
  write('route-facts', routeFactsModule(document, overlay, corrections));
}

const page = await format(statusPage(), { parser: 'markdown', printWidth: 120 });
writeFileSync(join(folder, 'docs/statuses.md'), page);
