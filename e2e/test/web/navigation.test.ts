import { describe, expect, it, onTestFinished } from 'vitest';
import { testBrowser } from './harness/browser.js';
import { hasPage, settled, testedPage } from './harness/opened.js';
import { startPrefixProxy } from './harness/prefix-proxy.js';

describe.skipIf(!hasPage)('finding one’s way', () => {
  const tested = testedPage();
  const browser = testBrowser();

  it('back leads to the same rows at the same place', async () => {
    const { page } = await tested.open('/jobs?cluster=ipsc&sort=jobId&order=asc');
    const grid = page.getByRole('grid', { name: 'Jobs' });
    await grid.locator('[data-index="0"]').waitFor();
    await grid.evaluate((element: { scrollTop: number }) => (element.scrollTop = 34 * 40));
    const row = grid.locator('[data-index="45"]');
    const text = await row.innerText();
    await row.click({ position: { x: 4, y: 4 } });
    await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/jobs\/\d+$/);
    await settled(page);
    await page.goBack();
    await expect.poll(() => new URL(page.url()).search).toBe('?cluster=ipsc&sort=jobId&order=asc');
    await expect.poll(() => row.innerText()).toBe(text);
    expect(await grid.evaluate((element: { scrollTop: number }) => element.scrollTop)).toBeGreaterThan(34 * 35);
    await page.goForward();
    await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/jobs\/\d+$/);
  });

  it('a filter is in the address, and the address alone brings it back', async () => {
    const { page } = await tested.open('/jobs?cluster=grid');
    const rows = page.getByRole('grid', { name: 'Jobs' }).locator('[data-index]');
    await expect.poll(() => rows.count()).toBe(3);
    await page.locator('.pill-button', { hasText: 'User' }).click();
    await page.getByLabel('Exactly this user').fill('bob');
    await page.keyboard.press('Enter');
    await expect.poll(() => rows.count()).toBe(1);
    const address = page.url();
    expect(new URL(address).searchParams.get('user')).toBe('bob');
    await page.reload();
    await settled(page);
    await expect.poll(() => rows.count()).toBe(1);
    expect(page.url()).toBe(address);
  });

  it('everything works below a path that a reverse proxy takes away', async () => {
    const { plane } = tested;
    const proxy = await startPrefixProxy(plane.url, '/sites/lab');
    onTestFinished(() => proxy.close());
    const { page } = await browser.visit({ url: proxy.url, cookie: plane.cookies.admin });
    await page.goto(`${proxy.url}/jobs/${plane.jobs.finished}`);
    await settled(page);
    expect(await page.locator('h1').innerText()).toMatch(/1001|finished-run/);
    for (const name of ['Jobs', 'Agents', 'Admin', 'Cluster']) {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click();
      await settled(page);
      expect(page.url().startsWith(`${proxy.url}/`)).toBe(true);
    }
    await expect.poll(() => page.locator('.connection').innerText()).toBe('Live');
    await page.reload();
    await settled(page);
    expect(page.url().startsWith(`${proxy.url}/clusters`)).toBe(true);
  });

  it('a journey needs no mouse', async () => {
    const { page } = await tested.open('/jobs?cluster=grid&sort=jobId&order=asc');
    const focused = page.locator(':focus');
    await page.keyboard.press('Tab');
    expect(await focused.innerText()).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await focused.getAttribute('id')).toBe('content');
    // Through the filters into the table: one stop for all of its rows.
    for (let left = 60; left > 0 && (await focused.getAttribute('data-index')) === null; left--) {
      await page.keyboard.press('Tab');
    }
    expect(await focused.getAttribute('data-index')).toBe('0');
    await page.keyboard.press('ArrowDown');
    expect(await focused.getAttribute('data-index')).toBe('1');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).pathname).toBe(`/jobs/${tested.plane.jobs.finished}`);
    await expect.poll(() => focused.evaluate((element: { tagName: string }) => element.tagName)).toBe('H1');
    await page.goBack();
    await expect.poll(() => new URL(page.url()).pathname).toBe('/jobs');
  });

  it('light, dark and UTC are chosen once', async () => {
    const { page } = await tested.open(`/jobs/${tested.plane.jobs.finished}`);
    const ink = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).color');
    const light = await ink();
    await page.getByRole('button', { name: /account and display/ }).click();
    await page.getByText('Dark', { exact: true }).click();
    await expect.poll(ink).not.toBe(light);
    await page.getByText('UTC', { exact: true }).click();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('main').innerText()).toContain('UTC');
    await page.reload();
    await settled(page);
    expect(await ink()).not.toBe(light);
    expect(await page.locator('main').innerText()).toContain('UTC');
  });
});
