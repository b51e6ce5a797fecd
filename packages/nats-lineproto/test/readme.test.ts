import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exampleTypeErrors } from '../../../tools/testenv/example-types.js';
import { runExample } from '../../../tools/testenv/run-example.js';

const root = resolve(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g)].map(
  ([, code = '', output = ''], index) => ({
    title: [...readme.slice(0, readme.indexOf(code)).matchAll(/^### (.*)$/gm)].at(-1)?.[1] ?? '',
    index,
    code,
    output,
  }),
);

describe('README.md', () => {
  it('shows examples that type-check', { timeout: 120_000 }, () => {
    expect(exampleTypeErrors(join(root, 'README.md'))).toEqual([]);
  });

  it('shows the output of each of its examples', () => {
    expect(examples).toHaveLength(readme.split('```ts\n').length - 1);
  });

  it.each(examples)('prints under "$title" what it says ($index)', async ({ code, output }) => {
    expect(await runExample(root, code)).toBe(output);
  });

  it('explains every error code and every kind of bad message', () => {
    const source = ['src/errors.ts', 'src/wire/messages/read-messages.ts'].map((path) =>
      readFileSync(join(root, path), 'utf8'),
    );
    const words = source.flatMap((text) => [...text.matchAll(/^ {2}\| '([a-z_]+)'/gm)].map(([, word = '']) => word));
    expect(words.length).toBeGreaterThan(20);
    for (const word of words) expect(readme).toContain(`\`${word}\``);
  });
});
