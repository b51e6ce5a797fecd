/*
 * From an address to jobs that are visible, with nothing in the browser's cache and 100,000 jobs in the store, against a page of
 * twenty lines that reads the same JSON from a server that only has that. Loopback, one Chromium for both.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { median, notAvailable, report } from '../../tools/bench/harness.js';
import { hasChromium, startChromium } from '../../tools/testenv/chromium.js';
import { startBarePage } from './web/bare-page.js';
import { startBenchPlane } from './web/bench-plane.js';
import { buildPage } from './web/page-build.js';

const jobs = 100_000;
const rounds = 15;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'moorline-bench-'));
  const page = await buildPage(join(folder, 'page'));
  const plane = await startBenchPlane(folder, page.folder, jobs);
  const { cookie } = plane;
  const headers = { cookie: `${cookie.name}=${cookie.value}` };
  const json = await (await fetch(`${plane.url}/moorline/v1/jobs?limit=100&count=true`, { headers })).text();
  const bare = await startBarePage(json);
  const browser = await startChromium();
  try {
    const [ours, theirs]: [number[], number[]] = [[], []];
    // The first of each is not counted: the browser starts its processes.
    for (let round = 0; round <= rounds; round++) {
      const times = [
        await secondsToJobs(browser, `${plane.url}/jobs`, cookie),
        await secondsToJobs(browser, `${bare.url}/`),
      ] as const;
      if (round === 0) continue;
      ours.push(times[0]);
      theirs.push(times[1]);
    }
    const peer = { name: 'a bare page with the same JSON', value: median(theirs) };
    report({ name: `first view, ${jobs} jobs stored`, unit: 's', ours: median(ours), peer, goal: '≤ 1 s' });
  } finally {
    await browser.close();
    bare.close();
    await plane.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In a fresh profile, until the frame after the first row came into the document. */
async function secondsToJobs(browser: Browser, url: string, cookie?: { name: string; value: string }): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    if (cookie !== undefined) await context.addCookies([{ ...cookie, url }]);
    const page = await context.newPage();
    let tell: (seconds: number) => void = () => undefined;
    const seen = new Promise<number>((resolve) => (tell = resolve));
    // Awaited: a quick page would call what is not there yet.
    await page.exposeBinding('seeJobs', (_, milliseconds: number) => tell(milliseconds / 1000));
    await page.addInitScript(watch);
    await page.goto(url);
    return await seen;
  } finally {
    await context.close();
  }
}

/** In the page; times count from the start of the navigation. */
const watch = `
const observer = new MutationObserver(() => {
  if (document.querySelector('[role=grid] [data-index]') === null) return;
  observer.disconnect();
  requestAnimationFrame(() => seeJobs(performance.now()));
});
observer.observe(document, { childList: true, subtree: true });
`;

if (hasChromium) await main();
else notAvailable({ name: 'first view', reason: 'no chromium: install it, or set CHROMIUM_PATH' });
