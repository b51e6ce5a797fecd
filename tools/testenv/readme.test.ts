import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exampleTypeErrors } from './example-types.js';
import { readmeExamples } from './readme.js';

let folder: string;
const write = (...lines: string[]) => {
  const readme = join(folder, 'README.md');
  writeFileSync(readme, lines.join('\n'));
  return readme;
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moorline-readme-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the examples of a README', () => {
  it('are its fenced blocks with language, code and line', () => {
    const readme = write(
      '# x',
      '```ts',
      'const a = 1;',
      '',
      'a;',
      '```',
      'text',
      '~~~sh',
      'npm test',
      '~~~',
      '```',
      'plain',
      '```',
    );
    expect(readmeExamples(readme)).toEqual([
      { language: 'ts', code: 'const a = 1;\n\na;\n', line: 3 },
      { language: 'sh', code: 'npm test\n', line: 9 },
      { language: '', code: 'plain\n', line: 12 },
    ]);
  });

  it('lose the indentation of a list item, and may hold shorter fences', () => {
    const readme = write('- item', '  ````md', '  ```ts', '    deep', '  ```', '  ````');
    expect(readmeExamples(readme)).toEqual([{ language: 'md', code: '```ts\n  deep\n```\n', line: 3 }]);
  });

  it('must be closed', () => {
    expect(() => readmeExamples(write('text', '```ts', 'const a = 1;'))).toThrow(/README\.md:2: .* never closed/);
  });
});

describe('the types of a README', { timeout: 60_000 }, () => {
  it('are checked with the file and line of what is wrong', () => {
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { strict: true, target: 'ES2022', types: [] } }),
    );
    const readme = write(
      '```ts',
      'const a: number = 1;',
      'export const b: string = a;',
      '```',
      '```sh',
      'not TypeScript',
      '```',
    );
    expect(exampleTypeErrors(readme)).toEqual([`README.md:3: Type 'number' is not assignable to type 'string'.`]);
  });
});
