import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runGroup } from './run-group.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'moorline-group-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

it('gives the exit code and every line of both outputs, without colours', async () => {
  const lines: string[] = [];
  const script = String.raw`console.log('\x1b[31mred\x1b[0m'); console.error('two'); process.stdout.write('no newline'); process.exitCode = 3`;
  const code = await runGroup(process.execPath, ['-e', script], { cwd, onLine: (line) => lines.push(line) });
  expect(code).toBe(3);
  expect(lines.sort()).toEqual(['no newline', 'red', 'two']);
});

it('rejects when the program cannot be started', async () => {
  await expect(runGroup('moorline-no-such-program', [], { cwd })).rejects.toThrow('ENOENT');
});

it('ends the whole group on abort, a grandchild that ignores SIGTERM included', async () => {
  const script = `
    const stubborn = "process.on('SIGTERM', () => {}); console.log('ready'); setInterval(() => {}, 1000)";
    require('node:child_process').spawn(process.execPath, ['-e', stubborn], { stdio: 'inherit' });
    setInterval(() => {}, 1000);`;
  const controller = new AbortController();
  const onLine = (line: string) => {
    if (line === 'ready') controller.abort();
  };
  // The grandchild holds the pipe: as long as it lives, this does not resolve.
  expect(await runGroup(process.execPath, ['-e', script], { cwd, signal: controller.signal, onLine })).toBe(1);
}, 20_000);
