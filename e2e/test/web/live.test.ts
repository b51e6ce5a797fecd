import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { toNodeName } from '@moorline/cc-api';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { startApp } from '../harness/apps.js';
import { hasPage, testedPage } from './harness/opened.js';

const host = toNodeName(hostname());

describe.skipIf(!hasPage)('what happens is seen as it happens', () => {
  const tested = testedPage();

  /** A job that `moorline-agent run` runs until it is told to end. */
  const startJob = () => {
    const fifo = join(temporaryFolder(), 'end');
    execFileSync('mkfifo', [fifo]);
    const running = startApp('agent', ['run', '--data-dir', tested.plane.agentDir, '--', 'cat', fifo]);
    return {
      async end() {
        writeFileSync(fifo, '');
        expect((await running.exit).code).toBe(0);
      },
    };
  };

  it('a job of moorline-agent run comes into the table and ends there', async () => {
    const { page } = await tested.open('/jobs?cluster=lab');
    const grid = page.getByRole('grid', { name: 'Jobs' });
    const before = await page.locator('[data-index]').count();
    const job = startJob();
    // Rows that one reads are not moved: new ones wait for a click.
    const show = page.getByRole('button', { name: /new job/ });
    if (before > 0) await show.click();
    const row = grid.locator('[data-index="0"]');
    await expect.poll(() => row.innerText()).toMatch(/running/i);
    await job.end();
    await expect.poll(() => row.innerText()).toMatch(/completed/i);
    expect(await row.innerText()).toContain(host);
  });
});
