import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asOrdinaryUser } from '../../../../tools/testenv/ordinary-user.js';
import { temporaryFolder } from '../../../../tools/testenv/temporary-folder.js';
import { header } from './header.js';
import { compareFolder, writeFolder } from './write-folder.js';

const file = (text: string) => header('it', 'cc-api generate') + text;
const files = (members: Record<string, string>) =>
  new Map(Object.entries(members).map(([path, text]) => [path, file(text)]));

describe('writeFolder', () => {
  it('makes the folder, and those above it', async () => {
    const folder = join(temporaryFolder(), 'a/b');
    expect(await writeFolder(folder, files({ 'x.ts': '1' }))).toEqual([{ path: 'x.ts', change: 'added' }]);
    expect(readFileSync(join(folder, 'x.ts'), 'utf8')).toBe(file('1'));
    expect(readdirSync(dirname(folder))).toEqual(['b']);
  });

  it('replaces it whole, and says what changed', async () => {
    const folder = join(temporaryFolder(), 'out');
    await writeFolder(folder, files({ 'a.ts': '1', 'b.ts': '1', 'c.ts': '1' }));
    const next = files({ 'b.ts': '1', 'c.ts': '2', 'd.ts': '1' });
    const changes = [
      { path: 'a.ts', change: 'removed' },
      { path: 'b.ts', change: 'unchanged' },
      { path: 'c.ts', change: 'changed' },
      { path: 'd.ts', change: 'added' },
    ];
    expect(await compareFolder(folder, next)).toEqual(changes);
    expect(readdirSync(folder)).toEqual(['a.ts', 'b.ts', 'c.ts']);
    expect(await writeFolder(folder, next)).toEqual(changes);
    expect(readdirSync(folder)).toEqual(['b.ts', 'c.ts', 'd.ts']);
    expect(readdirSync(dirname(folder))).toEqual(['out']);
  });

  it('touches nothing when nothing has changed', async () => {
    const folder = join(temporaryFolder(), 'out');
    await writeFolder(folder, files({ 'a.ts': '1' }));
    const before = statSync(folder, { bigint: true });
    await writeFolder(folder, files({ 'a.ts': '1' }));
    expect(statSync(folder, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs });
  });

  it.each(['index.ts', 'sub/x.ts'])('refuses a folder with %s in it, which it did not write', async (path) => {
    const folder = temporaryFolder();
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), 'export const mine = 1;\n');
    await expect(writeFolder(folder, files({ 'a.ts': '1' }))).rejects.toMatchObject({ code: 'output_not_ours' });
    expect(readFileSync(join(folder, path), 'utf8')).toBe('export const mine = 1;\n');
    expect(existsSync(join(folder, 'a.ts'))).toBe(false);
  });

  it('refuses a file in place of the folder', async () => {
    const path = join(temporaryFolder(), 'out');
    writeFileSync(path, 'mine');
    await expect(writeFolder(path, files({ 'a.ts': '1' }))).rejects.toMatchObject({ code: 'output_failed' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('leaves the folder as it was when it cannot write all of it', async () => {
    const folder = join(temporaryFolder(), 'out');
    await writeFolder(folder, files({ 'a.ts': '1' }));
    const failing = files({ 'a.ts': '2', 'no/such/folder.ts': '1' });
    await expect(writeFolder(folder, failing)).rejects.toMatchObject({ code: 'output_failed' });
    expect(readdirSync(folder)).toEqual(['a.ts']);
    expect(readFileSync(join(folder, 'a.ts'), 'utf8')).toBe(file('1'));
    expect(readdirSync(dirname(folder))).toEqual(['out']);
  });

  it('says that it may not write there', async () => {
    const parent = temporaryFolder();
    chmodSync(parent, 0o500);
    const writing = asOrdinaryUser(() => writeFolder(join(parent, 'out'), files({ 'a.ts': '1' })));
    await expect(writing).rejects.toMatchObject({ code: 'output_failed' });
  });
});

describe('header', () => {
  it('keeps what it is told on its own line', () => {
    expect(header('a\nexport const x = 1;', 'b\u2028c\r\nd').split('\n')).toHaveLength(4);
  });
});
