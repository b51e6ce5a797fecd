/*
 * What the page's main thread does in a frame while one scrolls a table of 10,000 jobs, and while one zooms the plots of a job: 64 lines
 * of 10,000 points in each. CPU time from the browser's trace, in the 95th of a hundred frames.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { notAvailable, report } from '../../tools/bench/harness.js';
import { hasChromium, startChromium } from '../../tools/testenv/chromium.js';
import { startBenchPlane } from './web/bench-plane.js';
import { fillJob } from './web/fill-job.js';
import { traceFrames } from './web/main-thread.js';
import { buildPage } from './web/page-build.js';

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'moorline-bench-'));
  const build = await buildPage(join(folder, 'page'));
  const plane = await startBenchPlane(folder, build.folder, 10_000);
  const browser = await startChromium();
  try {
    const job = await fillJob(plane);
    const open = async (path: string): Promise<Page> => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      await context.addCookies([{ ...plane.cookie, url: plane.url }]);
      const page = await context.newPage();
      await page.goto(`${plane.url}${path}`);
      return page;
    };
    await scroll();
    await zoom();

    async function scroll(): Promise<void> {
      const page = await open('/jobs');
      await page.locator('[data-index="0"]').waitFor();
      const frames = await traceFrames(browser, page, () => page.evaluate(scrolling));
      tell('scrolling 10,000 jobs', frames);
      await page.context().close();
    }

    async function zoom(): Promise<void> {
      const page = await open(`/jobs/${job}`);
      await page.locator('figure.plot .u-over').first().waitFor();
      const frames = await traceFrames(browser, page, () => page.evaluate(zooming));
      tell('zooming 64 × 10,000 points', frames);
      await page.context().close();
    }
  } finally {
    await browser.close();
    await plane.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function tell(name: string, frames: readonly number[]): void {
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  report({ name: `${name}, median frame`, unit: 'ms', ours: at(0.5) });
  report({ name: `${name}, 95th percentile`, unit: 'ms', ours: at(0.95), goal: '≤ 16 ms' });
}

/** In the page: three rows a frame, as a fast wheel does. */
const scrolling = `(async () => {
  const grid = document.querySelector('[role=grid]');
  for (let frame = 0; frame < 240; frame++) {
    await new Promise(requestAnimationFrame);
    grid.scrollTop += 100;
  }
})()`;

/** In the page: a notch of the wheel a frame, in and out again. */
const zooming = `(async () => {
  const plot = document.querySelector('figure.plot .u-over');
  const { left, top, width, height } = plot.getBoundingClientRect();
  for (let frame = 0; frame < 240; frame++) {
    await new Promise(requestAnimationFrame);
    const deltaY = Math.floor(frame / 40) % 2 === 0 ? -100 : 100;
    const clientX = left + width * 0.6, clientY = top + height / 2;
    plot.dispatchEvent(new WheelEvent('wheel', { deltaY, clientX, clientY, ctrlKey: true, bubbles: true, cancelable: true }));
  }
})()`;

if (hasChromium) await main();
else notAvailable({ name: 'frames', reason: 'no chromium: install it, or set CHROMIUM_PATH' });
