import type { Tag } from '@moorline/cc-api';
import type { KeptAnswer, KeptAnswers } from '@moorline/cc-api/server';
import { expect, it, onTestFinished } from 'vitest';
import { ask, j } from './support/ask.js';
import { serve, type Served } from './support/serve.js';

/** Keeps everything that it was asked for. */
interface Keeper extends KeptAnswers {
  made: Map<string, Promise<KeptAnswer>>;
}

function createKeeper(): Keeper {
  const made = new Map<string, Promise<KeptAnswer>>();
  return {
    made,
    answer(question, make) {
      const answer = made.get(question) ?? make();
      made.set(question, answer);
      return answer;
    },
  };
}

/** A server with one job, whose backend keeps answers. */
async function serveKept(tags?: Tag[]): Promise<Served & { keeper: Keeper }> {
  const keeper = createKeeper();
  const served = await serve({
    wrap: (backend) => ({
      ...backend,
      keptAnswers: keeper,
      listJobs: async (...question) =>
        (await backend.listJobs(...question)).map((job) => ({ ...job, ...(tags && { tags }) })),
    }),
  });
  onTestFinished(() => served.close());
  await ask(served, '/api/jobs/start_job/', { method: 'POST', body: j(1, { project: 'prüfung' }) });
  return { ...served, keeper };
}

it('a list is made once for those who ask the same, and answered alike each time', async () => {
  const served = await serveKept();
  const path = '/api/jobs/?state=running&items-per-page=7';
  const [first, again] = [await ask(served, path), await ask(served, path)];
  expect(first.text).toMatch(/^\{"jobs":\[\{.*"project":"prüfung".*\}\],"items":7,"page":1\}\n$/);
  expect(again.text).toBe(first.text);
  expect(again.headers.get('content-type')).toBe('application/json');
  expect(served.keeper.made.size).toBe(1);
});

it('each other question is another list', async () => {
  const served = await serveKept();
  const paths = [
    '/api/jobs/',
    '/api/jobs/?page=2',
    '/api/jobs/?items-per-page=7',
    '/api/jobs/?with-metadata=1',
    '/api/jobs/?state=running',
    '/api/jobs/?cluster=demo',
    '/api/jobs/?project=demo',
    '/api/jobs/?start-time=1-2',
    '/api/jobs/used_nodes?ts=1900000000',
    '/api/jobs/used_nodes?ts=1900000001',
  ];
  for (const path of paths) await ask(served, path);
  expect(served.keeper.made.size).toBe(paths.length);
});

it('a list in which a job may run is made again in each second, another one is not', async () => {
  const served = await serveKept();
  for (const path of ['/api/jobs/', '/api/jobs/?state=completed&state=running', '/api/jobs/?state=completed']) {
    const before = served.keeper.made.size;
    await ask(served, path);
    await served.clock.advance(1000);
    await ask(served, path);
    expect([path, served.keeper.made.size - before]).toEqual([path, path.endsWith('=completed') ? 1 : 2]);
  }
});

it('a kept list whose tags not everybody may see is made for each reader', async () => {
  const served = await serveKept([{ id: 1, type: 't', name: 'n', scope: 'admin' }]);
  const asAdmin = () => ask(served, '/api/jobs/', { as: 'B' });
  const answers = await Promise.all([asAdmin(), ask(served, '/api/jobs/'), asAdmin()]);
  expect(served.keeper.made.size).toBe(1);
  expect(answers.map(({ text }) => text.includes('"tags"'))).toEqual([true, false, true]);
});
