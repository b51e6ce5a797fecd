import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canMount, tinyDisk } from '../../../tools/testenv/tiny-disk.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { writeDurably } from './durable-file.js';

describe('writeDurably', () => {
  it('replaces a file for its owner alone, and leaves nothing beside it', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'name.json');
    writeDurably(path, 'old and longer');
    writeDurably(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    expect(readdirSync(folder)).toEqual(['name.json']);
  });

  it('leaves no draft where the name is taken by a folder', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'name.json'));
    expect(() => writeDurably(join(folder, 'name.json'), 'text')).toThrow();
    expect(readdirSync(folder)).toEqual(['name.json']);
  });

  it.skipIf(!canMount)('keeps the old file on a full disk (needs root to mount a small tmpfs)', () => {
    const disk = tinyDisk(64);
    const path = join(disk.folder, 'name.json');
    writeDurably(path, 'old');
    disk.fill();
    expect(() => writeDurably(path, 'new '.repeat(2000))).toThrow('ENOSPC');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(disk.folder).filter((name) => name.endsWith('.new'))).toEqual([]);
    disk.empty();
    writeFileSync(path, 'writable again');
  });
});
