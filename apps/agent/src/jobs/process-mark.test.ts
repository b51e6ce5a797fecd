import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../test/support/memory-files.js';
import { createKernelFiles } from '../kernel-files.js';
import { readAffinity } from './affinity.js';
import { isRunning, markProcess, parseProcessStat } from './process-mark.js';

const files = createKernelFiles();

describe('parseProcessStat', () => {
  const fields = 'S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 987654 20';

  it('counts its fields from the last parenthesis of the name', () => {
    expect(parseProcessStat(`42 (a) S (b) ${fields}`)).toEqual({ state: 'S', startTicks: 987654 });
  });

  it('knows nothing of other text', () => {
    expect(parseProcessStat('')).toBeUndefined();
    expect(parseProcessStat('42 (x) S 1')).toBeUndefined();
  });
});

describe('markProcess', () => {
  it('tells a running process from one that has ended, and from a later one with its number', async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const mark = await markProcess(child.pid ?? 0, files);
    if (mark === undefined) throw new Error('the child runs');
    expect(await isRunning(mark, files)).toBe(true);
    expect(await isRunning({ ...mark, startTicks: 1 }, files)).toBe(false);
    expect(await isRunning({ ...mark, bootId: 'another boot' }, files)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await isRunning(mark, files)).toBe(false);
  });

  it('counts a zombie as ended', async () => {
    const own = process.pid;
    const zombie = memoryFiles({ [`/proc/${own}/stat`]: `${own} (node) Z ${Array(30).fill('7').join(' ')}` });
    expect(await markProcess(own, zombie)).toBeUndefined();
  });
});

describe('readAffinity', () => {
  it('reads the list of this process', async () => {
    expect(
      await readAffinity(
        memoryFiles({ '/proc/self/status': 'Cpus_allowed:\tff\nCpus_allowed_list:\t0-1,4\nMems:\t1\n' }),
      ),
    ).toEqual([0, 1, 4]);
    expect(await readAffinity(memoryFiles({}))).toBeUndefined();
    expect((await readAffinity(files))?.length).toBeGreaterThan(0);
  });
});
