import type { Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { testBrowser, type Visit, type VisitOptions } from './browser.js';
import type { Person, SessionCookie } from './people.js';
import type { WebPlane } from './plane-setup.js';

/** Whether the page can be tested here. */
export const hasPage = inject('plane') !== undefined;

export interface OpenOptions extends Omit<VisitOptions, 'url' | 'cookie'> {
  /** Who has signed in. Default the administrator. */
  as?: Person | 'nobody';
}

/** The page, for the tests of a file. */
export interface TestedPage {
  readonly plane: WebPlane;
  /** Opens a path of the page and waits until it shows what there is. */
  open(path: string, options?: OpenOptions): Promise<Visit>;
}

/** To be called where tests are declared: the page of the shared control plane. */
export function testedPage(): TestedPage {
  const browser = testBrowser();
  const thePlane = (): WebPlane => {
    const plane = inject('plane');
    if (plane === undefined) throw new Error('no control plane runs: see plane-setup.ts');
    return plane;
  };
  return {
    get plane() {
      return thePlane();
    },
    async open(path, { as = 'admin', ...options } = {}) {
      const { url, cookies } = thePlane();
      const cookie: { cookie?: SessionCookie } = as === 'nobody' ? {} : { cookie: cookies[as] };
      const visit = await browser.visit({ url, ...cookie, ...options });
      await visit.page.goto(path);
      await settled(visit.page);
      return visit;
    },
  };
}

/** Waits until the view of the address is there, and nothing that is in sight is still being read. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await expect.poll(() => page.evaluate(loadingInSight)).toBe(0);
}

/** In the page. Plots further down are read when one scrolls to them. */
const loadingInSight = `[...document.querySelectorAll('.loading')].filter((element) => {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}).length`;
