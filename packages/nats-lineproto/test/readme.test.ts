import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g)].map(
  ([, code = '', output = ''], index) => ({
    title: [...readme.slice(0, readme.indexOf(code)).matchAll(/^## (.*)$/gm)].at(-1)?.[1] ?? '',
    index,
    code,
    output,
  }),
);
const folder = join(root, '.vitest', `readme-${process.pid}`);

describe('README.md', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('shows the output of each of its examples', () => {
    expect(examples).toHaveLength(readme.split('```ts\n').length - 1);
  });

  it.each(examples)('prints under "$title" what it says ($index)', async ({ code, output, index }) => {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `example-${index}.ts`);
    writeFileSync(file, code);
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      await import(/* @vite-ignore */ file);
      expect(`${log.mock.calls.map((line) => format(...line)).join('\n')}\n`).toBe(output);
    } finally {
      log.mockRestore();
    }
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
