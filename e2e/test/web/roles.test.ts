import { describe, expect, it } from 'vitest';
import { hasPage, testedPage } from './harness/opened.js';
import type { Person } from './harness/people.js';

const everyone = ['admin', 'support', 'manager', 'user'] as const satisfies Person[];

describe.skipIf(!hasPage)('roles', () => {
  const tested = testedPage();

  const ask = async (person: Person, method: string, path: string, body?: unknown) => {
    const { url, cookies } = tested.plane;
    const { name, value } = cookies[person];
    const response = await fetch(`${url}/moorline/v1${path}`, {
      method,
      headers: { cookie: `${name}=${value}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  };

  it.each<[Person, string[]]>([
    ['admin', ['Cluster', 'Jobs', 'Agents', 'Admin']],
    ['support', ['Cluster', 'Jobs', 'Agents']],
    ['manager', ['Jobs']],
    ['user', ['Jobs']],
  ])('%s is led to %j', async (as, labels) => {
    const { page } = await tested.open('/jobs', { as });
    expect(await page.getByRole('navigation', { name: 'Main' }).getByRole('link').allInnerTexts()).toEqual(labels);
  });

  it.each<[Person, string[]]>([
    ['admin', ['1001', '1002', '1003']],
    ['support', ['1001', '1002', '1003']],
    ['manager', ['1001', '1002']],
    ['user', ['1001', '1002']],
  ])('%s sees of the cluster the jobs %j, and gets no others', async (as, visible) => {
    const { page } = await tested.open('/jobs?cluster=grid', { as });
    const rows = page.getByRole('grid', { name: 'Jobs' }).locator('[data-index]');
    await expect.poll(() => rows.count()).toBe(visible.length);
    const texts = (await rows.allInnerTexts()).join('\n');
    for (const jobId of ['1001', '1002', '1003']) expect(texts.includes(jobId)).toBe(visible.includes(jobId));
    const { others } = tested.plane.jobs;
    expect((await ask(as, 'GET', `/jobs/${others}`)).status).toBe(visible.includes('1003') ? 200 : 404);
    expect((await ask(as, 'GET', `/jobs/${others}/metrics`)).status).toBe(visible.includes('1003') ? 200 : 404);
  });

  it.each<[string, string, unknown, Person[]]>([
    ['GET', '/me', undefined, [...everyone]],
    ['GET', '/clusters', undefined, [...everyone]],
    ['GET', '/clusters/grid/nodes', undefined, ['admin', 'support']],
    ['GET', '/clusters/grid/nodes/grid01', undefined, ['admin', 'support']],
    ['GET', '/clusters/grid/nodes/grid01/states', undefined, ['admin', 'support']],
    ['GET', '/clusters/grid/nodes/grid01/metrics', undefined, ['admin', 'support']],
    ['GET', '/machines', undefined, ['admin', 'support']],
    ['GET', '/registrations', undefined, ['admin']],
    ['POST', '/registrations', { group: 'roles', expiresInMs: 60_000, uses: 1, clusters: [] }, ['admin']],
  ])('%s %s is answered to whom it may', async (method, path, body, allowed) => {
    const answers = await Promise.all(
      everyone.map(async (person) => [person, await ask(person, method, path, body)] as const),
    );
    for (const [person, { status, text }] of answers) {
      if (allowed.includes(person)) expect([person, status < 300, text]).toEqual([person, true, text]);
      else expect([person, status, text]).toEqual([person, 403, expect.stringContaining('"code":"forbidden"')]);
    }
  });

  it.each(['/clusters/roles', '/report'])(
    'PUT %s is for programs with a token, whoever has signed in',
    async (path) => {
      const answers = await Promise.all(everyone.map((person) => ask(person, 'PUT', path, {})));
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    },
  );

  it.each(['/agents', '/admin/registrations', '/clusters/grid'])(
    'a user who goes to %s is told, and nothing of it is shown',
    async (path) => {
      const { page } = await tested.open(path, { as: 'user' });
      await expect.poll(() => page.locator('main').innerText()).toMatch(/for those who|administrators/i);
      expect(await page.getByRole('grid').count()).toBe(0);
    },
  );
});
