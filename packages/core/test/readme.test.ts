import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exampleTypeErrors } from '../../../tools/testenv/example-types.js';
import { firstColumn, readmeExamples } from '../../../tools/testenv/readme.js';
import { runExample } from '../../../tools/testenv/run-example.js';
import { TimeoutError } from '../src/index.js';

const folder = join(import.meta.dirname, '..');
const readme = join(folder, 'README.md');
const blocks = readmeExamples(readme).filter(({ language }) => language !== 'sh');

it('shows examples that type-check', { timeout: 60_000 }, () => {
  expect(exampleTypeErrors(readme)).toEqual([]);
});

it('shows examples that print what stands below them', async () => {
  expect(blocks.map(({ language }) => language)).toEqual(['ts', 'text', 'ts', 'text', 'ts', 'text']);
  for (const [index, { language, code }] of blocks.entries()) {
    if (language === 'ts') expect(await runExample(folder, code)).toBe(blocks[index + 1]?.code);
  }
});

it('lists every error code', () => {
  expect(firstColumn(readme, 'Errors')).toEqual([new TimeoutError('it', 1).code]);
});
