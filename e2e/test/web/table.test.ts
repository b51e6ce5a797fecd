import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { askServer } from './harness/ask-server.js';
import { testBrowser } from './harness/browser.js';
import { type FilledPlane, openFilledPlane } from './harness/filled-plane.js';
import { settled } from './harness/opened.js';

const jobs = 10_000;

describe.skipIf(inject('plane') === undefined)('a control plane with 10,000 jobs', () => {
  const browser = testBrowser();
  const folder = mkdtempSync(join(tmpdir(), 'moorline-web-'));
  let plane: FilledPlane;
  beforeAll(async () => {
    plane = await openFilledPlane(folder, jobs);
  });
  afterAll(async () => {
    await plane?.server.stop('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (path: string) => {
    const { url, cookie } = plane;
    const visit = await browser.visit({ url, cookie });
    await visit.page.goto(path);
    await settled(visit.page);
    return { ...visit, grid: visit.page.getByRole('grid', { name: 'Jobs' }) };
  };

  it('shows all of them in one table, of which few rows are in the document', async () => {
    const { page, grid } = await open('/jobs?sort=jobId&order=asc');
    await grid.locator('[data-index="0"]').focus();
    const last = grid.locator(`[data-index="${jobs - 1}"]`);
    const height = async (): Promise<number> => (await grid.locator('.data-body').boundingBox())?.height ?? 0;
    // The end of what was read is where more is read.
    const hasLast = async (): Promise<boolean> => (await last.count()) > 0;
    while (!(await hasLast())) {
      const before = await height();
      await page.keyboard.press('End');
      const hasMore = async () => (await hasLast()) || (await height()) > before;
      await expect.poll(hasMore, { interval: 20 }).toBe(true);
    }
    expect(await last.innerText()).toContain(String(jobs));
    expect(await grid.locator('[data-index]').count()).toBeLessThan(200);
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(jobs + 1));
    await page.keyboard.press('Home');
    await expect.poll(() => grid.locator('[data-index="0"]').count()).toBe(1);
  });

  describe('for a view', () => {
    const counted = async (name: string): Promise<number> => {
      const text = await (await fetch(`${plane.url}/metrics`)).text();
      return Number(new RegExp(`^moorline_${name} (\\d+)$`, 'm').exec(text)?.[1]);
    };

    /** Asking for the counts reads as well; what reads more than that is still of the view before. */
    const atRest = async (): Promise<{ reads: number; perAsking: number }> => {
      const reads = [await counted('store_reads_total')];
      const added = (): number[] => reads.slice(1).map((count, index) => count - (reads[index] ?? 0));
      await expect
        .poll(async () => {
          reads.push(await counted('store_reads_total'));
          return new Set(added().slice(-4)).size === 1 && reads.length > 4;
        })
        .toBe(true);
      return { reads: reads.at(-1) ?? 0, perAsking: added().at(-1) ?? 0 };
    };

    it.each(['/jobs', '/jobs/1', '/clusters/demo', '/clusters/demo/nodes/n0001', '/agents', '/admin/users'])(
      'of %s reads with at most five statements',
      async (path) => {
        // The server has work of its own as long as ended jobs wait for their archive, and that reads too.
        await expect.poll(() => counted('archive_queue'), { timeout: 60_000 }).toBe(0);
        const { reads, perAsking } = await atRest();
        const { page } = await open(path);
        await expect.poll(() => page.locator('.connection').innerText()).toBe('Live');
        const cost = (await counted('store_reads_total')) - reads - perAsking;
        expect(cost).toBeGreaterThan(0);
        expect(cost).toBeLessThanOrEqual(5);
      },
    );
  });

  it('is away for a while: the page says so, keeps what it shows, and goes on by itself', async () => {
    const { page, problems, grid } = await open('/jobs');
    const connection = page.locator('.connection');
    await expect.poll(() => connection.innerText()).toBe('Live');
    const rows = await grid.locator('[data-index]').allInnerTexts();
    problems.expect(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET/);
    const reloaded = await open('/jobs/1');
    await plane.killServer();
    // Its channel may be gone with the page before it has noticed that the server is.
    reloaded.problems.allow(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET/);
    await expect(reloaded.page.reload()).rejects.toThrow('ERR_CONNECTION_REFUSED');
    await expect.poll(() => connection.innerText()).toBe('Offline');
    await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
    // The banner takes the place of some.
    const still = await grid.locator('[data-index]').allInnerTexts();
    expect(still).toEqual(rows.slice(0, still.length));
    expect(still.length).toBeGreaterThan(10);

    await plane.restartServer();
    const token = await plane.token('api');
    const startTime = Math.floor(Date.now() / 1000);
    const job = {
      jobId: 99_001,
      cluster: 'demo',
      user: 'late',
      startTime,
      numNodes: 1,
      resources: [{ hostname: 'n0001' }],
    };
    await askServer({ url: plane.url, token })('POST', '/api/jobs/start_job/', job);
    await expect.poll(() => connection.innerText(), { timeout: 60_000 }).toBe('Live');
    await page.getByRole('button', { name: /new job/ }).click();
    await expect.poll(() => grid.locator('[data-index="0"]').innerText()).toContain('99001');
    expect(await page.getByRole('alert').count()).toBe(0);

    // Who reloads comes back to where one was, and is still signed in.
    await reloaded.page.goto('/jobs/1');
    await settled(reloaded.page);
    expect(await reloaded.page.locator('h1').innerText()).toContain('Job');
  });
});
