import { execFileSync } from 'node:child_process';
import { systemClock } from '@moorline/core';
import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { readText, runProgram } from './probe.js';

const probe = () => ({ signal: new AbortController().signal, logger: createRecordingLogger(), clock: systemClock });

describe('runProgram', () => {
  it('gives what the program prints', async () => {
    expect(await runProgram(process.execPath, ['-p', '6*7'], 0, probe())).toBe('42\n');
  });

  it('gives nothing for a missing or failing program, and says so in the debug log', async () => {
    const missing = probe();
    expect(await runProgram('moorline-no-such-program', [], 0, missing)).toBeUndefined();
    expect(missing.logger.text()).toContain('ENOENT');
    expect(await runProgram(process.execPath, ['-e', 'process.exit(3)'], 0, probe())).toBeUndefined();
  });

  it('does not wait for a program that hangs, and kills it', async () => {
    const clock = createFakeClock();
    const mark = `moorline-hang-${process.pid}-${performance.now()}`;
    const running = runProgram(process.execPath, ['-e', 'setInterval(() => {}, 1e6)', mark], 5000, {
      ...probe(),
      clock,
    });
    await clock.advance(5000);
    expect(await running).toBeUndefined();
    await expect
      .poll(() =>
        execFileSync('ps', ['-eo', 'stat,args'], { encoding: 'utf8' })
          .split('\n')
          .filter((line) => line.includes(mark) && !line.startsWith('Z')),
      )
      .toEqual([]);
  });

  it('rejects with the reason when aborted', async () => {
    const controller = new AbortController();
    const running = runProgram(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], 0, {
      ...probe(),
      signal: controller.signal,
    });
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });
});

describe('readText', () => {
  it('reads a file and takes an absent one for nothing', async () => {
    expect(await readText('/proc/sys/kernel/ostype')).toBe('Linux');
    expect(await readText('/nowhere')).toBeUndefined();
  });
});
