import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aCluster } from '../harness/a-cluster.js';
import { askServer } from './harness/ask-server.js';
import { hasPage, testedPage } from './harness/opened.js';
import { addUser } from './harness/people.js';
import type { Visit } from './harness/browser.js';

/** Names that break pages which take them for anything but text. */
const names: Readonly<Record<string, string>> = {
  'a script': '<script>window.hacked = 1</script>',
  'an image that fails': '"><img src=x onerror="window.hacked = 1">',
  'text from right to left': '\u202Etxt.exe\u202D \u05D0\u05D1\u05D2',
  '10 kB': `long${'x'.repeat(10_236)}`,
  'emoji of several characters': '👩🏽‍🚀🏴‍☠️',
  'a property of every object': '__proto__',
  'another one': 'constructor',
  'a template': '{{7*7}}${7*7}',
  'an address': 'javascript:window.hacked=1',
  SQL: `'; drop table job; --`,
  'a path': '../../admin/users?x#y',
};
const cluster = 'hostile';

describe.skipIf(!hasPage)('a hostile name is shown as text', () => {
  const tested = testedPage();
  const rows = new Map<string, number>();
  let visit: Visit | undefined;

  beforeAll(async () => {
    const send = askServer(tested.plane);
    await send('PUT', `/moorline/v1/clusters/${cluster}`, aCluster(cluster, 'load_one', 60));
    const startTime = Math.floor(Date.now() / 1000) - 600;
    for (const [index, name] of Object.values(names).entries()) {
      const short = name.slice(0, 100);
      await send('POST', '/api/jobs/start_job/', {
        ...{ jobId: 3000 + index, cluster, user: short, project: short, partition: short, startTime, numNodes: 1 },
        ...{ resources: [{ hostname: short }], shared: 'none', monitoringStatus: 1 },
        metaData: Object.fromEntries([
          ['jobName', name],
          [`key ${short}`, name],
        ]),
        tags: [{ type: `t${short}`, name: short, scope: 'global' }],
      });
    }
    await send('POST', '/api/nodestate/', {
      cluster,
      nodes: Object.values(names).map((name) => ({ hostname: name.slice(0, 100), states: ['idle'] })),
    });
    const { jobs } = (await send('GET', `/api/jobs/?cluster=${cluster}&items-per-page=100`)) as {
      jobs: { id: number; jobId: number }[];
    };
    for (const [index, what] of Object.keys(names).entries()) {
      const row = jobs.find(({ jobId }) => jobId === 3000 + index)?.id;
      if (row !== undefined) rows.set(what, row);
    }
    expect(rows.size).toBe(Object.keys(names).length);
  });

  afterEach(async () => {
    expect(await visit?.page.evaluate('window.hacked')).toBeUndefined();
    expect(await visit?.page.locator('main script, main img').count()).toBe(0);
  });

  it('in the table of jobs', async () => {
    visit = await tested.open(`/jobs?cluster=${cluster}`);
    const grid = visit.page.getByRole('grid', { name: 'Jobs' });
    await expect.poll(() => grid.locator('[data-index]').count()).toBe(rows.size);
    const text = (await grid.locator('[data-index]').allTextContents()).join('\n');
    for (const name of Object.values(names)) expect(text).toContain(name.slice(0, 60));
  });

  it.each(Object.entries(names))('in the view of a job: %s', async (what, name) => {
    visit = await tested.open(`/jobs/${rows.get(what)}`);
    const text = (await visit.page.locator('main').textContent()) ?? '';
    // User, project, partition, host, tag and metadata.
    expect(text.split(name.slice(0, 60)).length - 1).toBeGreaterThanOrEqual(6);
    expect(await visit.page.title()).not.toContain('undefined');
  });

  it('in the views of the cluster and of its nodes', async () => {
    visit = await tested.open(`/clusters/${cluster}`);
    const { page } = visit;
    const text = (): Promise<string | null> => page.locator('main').textContent();
    for (const name of Object.values(names)) await expect.poll(text).toContain(name.slice(0, 30));
  });

  it.each(['a script', 'text from right to left', '10 kB', 'a path'])('in the view of a node: %s', async (what) => {
    const name = names[what] ?? '';
    const host = name.slice(0, 100);
    visit = await tested.open(`/clusters/${cluster}/nodes/${encodeURIComponent(host)}`);
    await expect.poll(() => visit?.page.locator('h1').textContent()).toContain(host.slice(0, 60));
  });

  it('in the list of users', async () => {
    const { url, cookies } = tested.plane;
    for (const [index, name] of Object.values(names).entries()) {
      const person = {
        username: `h${index} ${name.slice(0, 60)}`,
        name: name.slice(0, 200),
        role: 'user',
        project: '',
      };
      await addUser(url, cookies.admin, person);
    }
    visit = await tested.open('/admin/users');
    const { page } = visit;
    const text = (): Promise<string | null> => page.locator('main').textContent();
    for (const name of Object.values(names)) await expect.poll(text).toContain(name.slice(0, 60));
  });
});
