import { describe, expect, it } from 'vitest';
import { seriousFaults } from './harness/axe.js';
import { screenshots } from './harness/browser.js';
import { hasPage, testedPage } from './harness/opened.js';
import type { Person } from './harness/people.js';

interface View {
  path: string;
  as?: Person | 'nobody';
  /** Its heading. */
  heading: RegExp;
}

describe.skipIf(!hasPage)(`every view, pictured in ${screenshots}`, () => {
  const tested = testedPage();
  const views = (): Record<string, View> => {
    const { jobs } = tested.plane;
    return {
      'sign-in': { path: '/sign-in', as: 'nobody', heading: /Sign in/ },
      cluster: { path: '/clusters/grid', heading: /grid/ },
      'cluster-by-metric': { path: '/clusters/grid?metric=cpu_load', heading: /grid/ },
      jobs: { path: '/jobs', heading: /Jobs/ },
      'jobs-filtered': { path: '/jobs?cluster=grid&state=running', heading: /Jobs/ },
      'jobs-none': { path: '/jobs?user=nobody', heading: /Jobs/ },
      job: { path: `/jobs/${jobs.finished}`, heading: /1001|finished-run/ },
      'job-running': { path: `/jobs/${jobs.running}`, heading: /1002|running-run/ },
      node: { path: '/clusters/grid/nodes/grid01', heading: /grid01/ },
      agents: { path: '/agents', heading: /Agents/ },
      'admin-users': { path: '/admin/users', heading: /Users|Admin/ },
      'admin-tokens': { path: '/admin/tokens', heading: /Tokens|Admin/i },
      'admin-registrations': { path: '/admin/registrations', heading: /Registration|Admin/ },
      'not-found': { path: '/nowhere', heading: /Nothing is here/ },
    };
  };
  const names = ['sign-in', 'cluster', 'cluster-by-metric', 'jobs', 'jobs-filtered', 'jobs-none', 'job', 'job-running'];
  const others = ['node', 'agents', 'admin-users', 'admin-tokens', 'admin-registrations', 'not-found'];
  const all = [...names, ...others];

  it('is in the list of this test', () => {
    expect(Object.keys(views()).sort()).toEqual([...all].sort());
  });

  it.each(all)('%s: light, dark and on a phone', async (name) => {
    const view = views()[name];
    if (view === undefined) throw new Error(`no view ${name}`);
    const { path, heading, as = 'admin' } = view;
    const { page, problems, screenshot } = await tested.open(path, { as });
    if (as === 'nobody') problems.expect(/status of 401/);
    await expect.poll(() => page.locator('h1').allInnerTexts()).toEqual([expect.stringMatching(heading)]);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await screenshot(`${name}-${colorScheme}`);
      expect(await seriousFaults(page)).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 360, height: 740 });
    await screenshot(`${name}-phone`, 'what is in sight');
    const sideways = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(sideways)).toBeLessThanOrEqual(0);
  });
});
