import type { Tag } from '@moorline/cc-api';
import type { ListedJob } from '@moorline/cc-api/server';
import { expect, it, onTestFinished } from 'vitest';
import { ask, j } from './support/ask.js';
import { serve, type Served } from './support/serve.js';

/** A server with one job, whose backend gives one and the same list to whoever asks. */
async function serveKept(tags?: Tag[]): Promise<Served> {
  let kept: Promise<ListedJob[]> | undefined;
  const served = await serve({
    wrap: (backend) => ({
      ...backend,
      listJobs: (...question) =>
        (kept ??= backend.listJobs(...question).then((jobs) => jobs.map((job) => ({ ...job, ...(tags && { tags }) })))),
    }),
  });
  onTestFinished(() => served.close());
  await ask(served, '/api/jobs/start_job/', { method: 'POST', body: j(1, { project: 'prüfung' }) });
  return served;
}

it('a list that the backend keeps is answered alike each time, with the page that was asked for', async () => {
  const served = await serveKept();
  const [first, second, third] = [
    await ask(served, '/api/jobs/'),
    await ask(served, '/api/jobs/'),
    await ask(served, '/api/jobs/'),
  ];
  expect(first.text).toMatch(/^\{"jobs":\[\{.*"project":"prüfung".*\}\],"items":25,"page":1\}\n$/);
  for (const again of [second, third]) {
    expect(again.text).toBe(first.text);
    expect(again.headers.get('content-type')).toBe('application/json');
  }
  const other = await ask(served, '/api/jobs/?page=2&items-per-page=7');
  expect(other.text).toBe(first.text.replace('"items":25,"page":1', '"items":7,"page":2'));
  expect((await ask(served, '/api/jobs/')).text).toBe(first.text);
});

it('a kept list whose tags not everybody may see is made for each reader', async () => {
  const served = await serveKept([{ id: 1, type: 't', name: 'n', scope: 'admin' }]);
  const asAdmin = await ask(served, '/api/jobs/', { as: 'B' });
  const asOther = await ask(served, '/api/jobs/');
  expect([asAdmin.text.includes('"tags"'), asOther.text.includes('"tags"')]).toEqual([true, false]);
});
