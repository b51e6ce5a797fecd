import { generate } from '@moorline/cc-api-cli';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { mockViewModule, routeFactsModule } from '../scripts/table-modules.js';
import { statusPage } from './support/status-table.js';

const folder = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const views = [
  ['actual', 'overlay'],
  ['documented', 'operation-ids'],
] as const;

describe('what npm run generate wrote', () => {
  it.each(views)('for the %s view is what it would write again: types', { timeout: 60_000 }, async (view, overlay) => {
    const here = process.cwd();
    process.chdir(folder);
    try {
      const { files } = await generate({
        document: 'swagger/cc-backend-1.5.4.json',
        overlay: `swagger/${overlay}.json`,
        out: `src/generated/${view}`,
        parts: ['types'],
        check: true,
      });
      expect(files.filter(({ change }) => change !== 'unchanged')).toEqual([]);
    } finally {
      process.chdir(here);
    }
  });

  it.each(views)('for the %s view is what it would write again: what is left at run time', (view, overlay) => {
    const document = JSON.parse(read('swagger/cc-backend-1.5.4.json'));
    const corrections = JSON.parse(read(`swagger/${overlay}.json`));
    expect(read(`src/generated/mock-view-${view}.ts`)).toBe(mockViewModule(view, document, overlay, corrections));
    expect(read(`src/generated/route-facts-${view}.ts`)).toBe(routeFactsModule(document, overlay, corrections));
  });

  it('lists the statuses in docs/statuses.md', async () => {
    expect(read('docs/statuses.md')).toBe(await format(statusPage(), { parser: 'markdown', printWidth: 120 }));
  });
});
