import { describe, expect, it } from 'vitest';
import { runAppWell } from '../harness/apps.js';
import { hasPage, settled, testedPage } from './harness/opened.js';
import { password, people } from './harness/people.js';

describe.skipIf(!hasPage)('signing in', () => {
  const tested = testedPage();

  it('by user and password leads to where one wanted to go, and signing out ends it', async () => {
    const { page, problems } = await tested.open('/jobs?cluster=grid&sort=jobId', { as: 'nobody' });
    // Whether somebody has signed in is known by asking.
    problems.expect(/status of 401/);
    await expect.poll(() => new URL(page.url()).pathname).toBe('/sign-in');
    await page.getByLabel('User').fill(people.user.username);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => page.url()).toBe(`${tested.plane.url}/jobs?cluster=grid&sort=jobId`);
    await settled(page);
    await page.getByRole('button', { name: /account and display/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect.poll(() => new URL(page.url()).pathname).toBe('/sign-in');
    expect(await page.context().cookies()).toEqual([]);
    await page.goto('/jobs');
    await expect.poll(() => new URL(page.url()).pathname).toBe('/sign-in');
  });

  it('with a wrong password says so, keeps the name, and empties the password', async () => {
    const { page, problems } = await tested.open('/sign-in', { as: 'nobody' });
    problems.expect(/status of 401/);
    await page.getByLabel('User').fill(people.user.username);
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'Wrong user or password' }).waitFor();
    expect(await page.getByLabel('User').inputValue()).toBe(people.user.username);
    expect(await page.context().cookies()).toEqual([]);
  });

  it('by a link that the terminal printed works once, and the link leaves the address bar', async () => {
    const { plane } = tested;
    const { stdout } = await runAppWell('server', ['link', 'create', '--data-dir', plane.serverDir]);
    const link = stdout.trim();
    expect(link.startsWith(`${plane.url}/sign-in#link=`)).toBe(true);
    const first = await tested.open(link.slice(plane.url.length), { as: 'nobody' });
    first.problems.expect(/status of 401/);
    await expect.poll(() => new URL(first.page.url()).pathname).not.toBe('/sign-in');
    expect(first.page.url()).not.toContain('#');
    await settled(first.page);

    const second = await tested.open(link.slice(plane.url.length), { as: 'nobody' });
    second.problems.expect(/status of 401/);
    await second.page.getByRole('alert').filter({ hasText: /link/ }).waitFor();
    expect(await second.page.context().cookies()).toEqual([]);
  });
});
