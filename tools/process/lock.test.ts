import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { lock } from './lock.js';

it('lets one in at a time, and takes over from one that was killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moorline-lock-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'state/run.pid');
  const unlock = lock(file, 'npm start');
  expect(readFileSync(file, 'utf8')).toBe(String(process.pid));
  expect(() => lock(file, 'npm start')).toThrow(`npm start already runs in this checkout (process ${process.pid})`);
  unlock();
  expect(existsSync(file)).toBe(false);

  writeFileSync(file, '4194304'); // above what Linux gives
  lock(file, 'npm start')();
});
