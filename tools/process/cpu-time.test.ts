import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { cpuSeconds } from './cpu-time.js';

it('adds what this process and its ended children used, whatever the name of the program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moorline-cpu-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'stat');
  writeFileSync(file, '7 (a b) 1) S 1 7 7 0 -1 4194304 500 600 0 0 100 20 300 5 20 0 11 0 99 1 2\n');
  expect(cpuSeconds(file)).toBe(4.25);
  expect(cpuSeconds(join(folder, 'none'))).toBeUndefined();
});

it.runIf(process.platform === 'linux')('counts a child once it has ended', () => {
  const before = cpuSeconds() ?? NaN;
  // A tenth of a second of processor, however long that takes on a busy machine.
  const script = 'while (process.cpuUsage().user < 100_000);';
  expect(spawnSync(process.execPath, ['-e', script]).status).toBe(0);
  expect(cpuSeconds()).toBeGreaterThanOrEqual(before + 0.1);
});
