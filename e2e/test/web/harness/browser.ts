import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, onTestFinished } from 'vitest';
import { connectTo } from '../../../../tools/testenv/chromium.js';
import type { SessionCookie } from './people.js';
import { Problems } from './problems.js';

/** Screenshots of the views, for people to look at: not in the repository. */
export const screenshots = resolve(import.meta.dirname, '../../../.screenshots');

export interface VisitOptions {
  /** Where relative addresses begin. */
  url: string;
  /** What the system prefers. Default light. */
  theme?: 'light' | 'dark';
  /** CSS pixels. Default 1280 × 800. */
  viewport?: { width: number; height: number };
  /** Of somebody who has signed in. */
  cookie?: SessionCookie;
}

/** A page that fails the test by whatever goes wrong in it. */
export interface Visit {
  page: Page;
  problems: Problems;
  /** Writes `<name>.png` to {@link screenshots}: by default all of the page's length. */
  screenshot(name: string, part?: 'all' | 'what is in sight'): Promise<void>;
}

/** A browser for the tests of a file, each with pages and cookies of its own. */
export interface TestBrowser {
  visit(options: VisitOptions): Promise<Visit>;
}

/** To be called where tests are declared; there must be a Chromium. */
export function testBrowser(): TestBrowser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await connectTo(inject('chromium') ?? '');
  });
  afterAll(() => browser?.close());
  return {
    async visit({ url, theme = 'light', viewport = { width: 1280, height: 800 }, cookie }) {
      if (browser === undefined) throw new Error('the browser has not been started');
      const context = await browser.newContext({
        baseURL: url,
        colorScheme: theme,
        viewport,
        // What moves is not yet where it will be: in screenshots, and where a test clicks.
        reducedMotion: 'reduce',
        locale: 'en-GB',
        // Neither UTC nor, most likely, the zone of this machine: what is shown as local time must differ from both.
        timezoneId: 'Asia/Kolkata',
      });
      context.setDefaultTimeout(20_000);
      if (cookie !== undefined) await context.addCookies([{ ...cookie, url, httpOnly: true, sameSite: 'Lax' }]);
      const page = await context.newPage();
      const problems = await Problems.of(page);
      onTestFinished(async () => {
        // An answer of the page comes behind all that it has told before.
        if (!page.isClosed()) await page.evaluate('0');
        await context.close();
        expect(problems.faults()).toEqual([]);
      });
      return {
        page,
        problems,
        async screenshot(name, part = 'all') {
          mkdirSync(screenshots, { recursive: true });
          await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: part === 'all' });
        },
      };
    },
  };
}
