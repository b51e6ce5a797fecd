import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { hashOf, versionOf } from '../testenv/present.mjs';

it('prints the first line of a version, or none', () => {
  expect(versionOf({ command: process.execPath, version: ['--version'], apt: 'nodejs' })).toBe(process.version);
  expect(versionOf({ command: 'moorline-no-such-program', version: [], apt: '' })).toBe('none');
});

it('takes the program that a variable names instead', () => {
  const chromium = { command: 'moorline-no-such-program', version: ['--version'], apt: '', variable: 'MOORLINE_ANY' };
  vi.stubEnv('MOORLINE_ANY', process.execPath);
  expect(versionOf(chromium)).toBe(process.version);
  vi.stubEnv('MOORLINE_ANY', '');
  expect(versionOf(chromium)).toBe('none');
  vi.unstubAllEnvs();
});

it('hashes names and contents, wherever the folder lies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moorline-present-'));
  try {
    for (const name of ['a', 'b']) {
      mkdirSync(join(folder, name, 'deep'), { recursive: true });
      writeFileSync(join(folder, name, 'deep/file'), 'x');
    }
    expect(hashOf(join(folder, 'a'))).toBe(hashOf(join(folder, 'b')));
    writeFileSync(join(folder, 'a/deep/file'), 'y');
    expect(hashOf(join(folder, 'a'))).not.toBe(hashOf(join(folder, 'b')));
    renameSync(join(folder, 'a/deep/file'), join(folder, 'a/deep/other'));
    writeFileSync(join(folder, 'a/deep/other'), 'x');
    expect(hashOf(join(folder, 'a'))).not.toBe(hashOf(join(folder, 'b')));
    expect(hashOf(join(folder, 'absent'))).toBe('none');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
