import { execFileSync } from 'node:child_process';
import { open, readFile, writeFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '@moorline/core';
import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../tools/testenv/temporary-folder.js';
import { handOverSessionToken } from './hand-over.js';

/** Moves the clock second by second, each time letting the file system answer, until `running` ends. */
async function runThrough<T>(running: Promise<T>, clock: ReturnType<typeof createFakeClock>): Promise<T> {
  let isOver = false;
  const ended = running.finally(() => (isOver = true));
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    if (clock.pendingTimers > 0) await clock.advance(1000);
  }
  return ended;
}

describe('handOverSessionToken', () => {
  it('writes the token to the reader of the pipe', async () => {
    const dataDir = temporaryFolder();
    const pipe = join(dataDir, 'gpud.fifo');
    execFileSync('mkfifo', [pipe]);
    const reader = await open(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    const clock = createFakeClock();
    expect(await handOverSessionToken(dataDir, 'sess-2Q8k', { clock, logger: silentLogger })).toBe(true);
    const { bytesRead, buffer } = await reader.read(Buffer.alloc(64));
    expect(buffer.toString('utf8', 0, bytesRead)).toBe('sess-2Q8k');
    await reader.close();
  });

  it('waits ten times for a pipe and its reader, then leaves it be', async () => {
    const dataDir = temporaryFolder();
    execFileSync('mkfifo', [join(dataDir, 'gpud.fifo')]);
    const clock = createFakeClock();
    const started = clock.monotonic();
    expect(await runThrough(handOverSessionToken(dataDir, 's', { clock, logger: silentLogger }), clock)).toBe(false);
    expect(clock.monotonic() - started).toBe(9000);
  });

  it('never writes the token into a file of that name', async () => {
    const dataDir = temporaryFolder();
    const path = join(dataDir, 'gpud.fifo');
    await writeFile(path, '');
    const clock = createFakeClock();
    expect(await runThrough(handOverSessionToken(dataDir, 's', { clock, logger: silentLogger }), clock)).toBe(false);
    expect(await readFile(path, 'utf8')).toBe('');
  });

  it('stops waiting when aborted', async () => {
    const controller = new AbortController();
    const clock = createFakeClock();
    const running = handOverSessionToken(temporaryFolder(), 's', {
      clock,
      logger: silentLogger,
      signal: controller.signal,
    });
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });
});
