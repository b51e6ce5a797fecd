import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolderOfFile } from '../../../tools/testenv/temporary-folder.js';
import { readSecret } from './secret.js';

const folder = temporaryFolderOfFile();
let files = 0;

const fileWith = (content: string) => {
  const file = join(folder, `token-${files++}`);
  writeFileSync(file, content);
  return file;
};

describe('readSecret', () => {
  it('reads a file without the line end', () => {
    expect(readSecret(fileWith('  abc\n'), 'token')).toBe('abc');
  });

  it('reads standard input', () => {
    const program = `const { readSecret } = await import(${JSON.stringify(new URL('./secret.ts', import.meta.url).href)}); console.log(readSecret('-', 'token'));`;
    const output = execFileSync(
      process.execPath,
      ['--import', 'tsx', '--conditions=@moorline/source', '--input-type=module', '-e', program],
      {
        input: 'abc\n',
        encoding: 'utf8',
        cwd: import.meta.dirname,
      },
    );
    expect(output).toBe('abc\n');
  });

  it.each([
    ['is missing', '/nowhere/token'],
    ['is empty', fileWith('\n')],
  ])('explains a file that %s', (_what, file) => {
    expect(() => readSecret(file, 'registration token')).toThrow(
      expect.objectContaining({
        code: 'no_secret',
        message: expect.stringContaining('no registration token in'),
        hint: expect.stringContaining('give -'),
      }),
    );
  });
});
