import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { controlSocketPath, dataDirPath, defaultDataDir, openDataDir } from './data-dir.js';

const isRoot = process.getuid?.() === 0;
describe('openDataDir', () => {
  it('makes it for the owner alone, parents too, and leaves no trace of the test', () => {
    const path = openDataDir(join(temporaryFolder(), 'a', 'b'));
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(readdirSync(path)).toEqual([]);
    expect(openDataDir(path)).toBe(path);
  });

  it('explains a path that is a file', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(() => openDataDir(file)).toThrow(
      expect.objectContaining({ code: 'data_dir_not_writable', hint: expect.stringContaining('--data-dir') }),
    );
  });

  it.runIf(existsSync('/proc/self'))('explains a file system that takes no directories', () => {
    expect(() => openDataDir('/proc/nowhere/moorline')).toThrow(
      expect.objectContaining({ code: 'data_dir_not_writable' }),
    );
  });

  it('explains a directory that may not be written', () => {
    const path = temporaryFolder();
    if (isRoot) mount(path, 'ro');
    else chmodSync(path, 0o500);
    expect(() => openDataDir(path)).toThrow(expect.objectContaining({ code: 'data_dir_not_writable' }));
  });

  it.skipIf(!isRoot)('explains a full disk', () => {
    const path = temporaryFolder();
    mount(path, 'size=16k');
    execFileSync('sh', ['-c', 'dd if=/dev/zero of=fill bs=4k count=8 2>/dev/null || true'], { cwd: path });
    expect(() => openDataDir(path)).toThrow(
      expect.objectContaining({ code: 'data_dir_full', hint: expect.stringContaining('free some space') }),
    );
  });
});

function mount(path: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'moorline-test', path]);
  onTestFinished(() => void execFileSync('umount', [path]));
}

describe('defaultDataDir', () => {
  it.each([
    [0, {}, '/var/lib/moorline/server'],
    [1000, { XDG_STATE_HOME: '/s' }, '/s/moorline/server'],
    [1000, {}, join(homedir(), '.local/state/moorline/server')],
  ])('of user %s with %j is %s', (userId, env, expected) => {
    expect(defaultDataDir('server', env, userId)).toBe(expected);
  });
});

describe('dataDirPath', () => {
  it('is absolute, and makes nothing', () => {
    const missing = join(temporaryFolder(), 'typo');
    expect(dataDirPath(missing)).toBe(missing);
    expect(dataDirPath('./state')).toBe(join(process.cwd(), 'state'));
    expect(existsSync(missing)).toBe(false);
  });
});

describe('controlSocketPath', () => {
  it('is told without making anything', () => {
    const dataDir = temporaryFolder();
    expect(controlSocketPath(dataDir, 'server')).toBe(join(dataDir, 'run', 'server.sock'));
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('refuses a data directory that is too deep for it', () => {
    const deep = join(temporaryFolder(), 'd'.repeat(100));
    expect(() => controlSocketPath(deep, 'server')).toThrow(
      expect.objectContaining({ code: 'data_dir_too_deep', hint: expect.stringMatching(/\d+ bytes shorter/) }),
    );
  });
});
