import { createCcClient } from '@moorline/cc-api';
import { ccMock } from '@moorline/cc-api/msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { findJobs } from '../src/find-jobs.js';
import { simulation } from '../src/simulation.js';

// The page's own mocks, here without a browser.
const server = setupServer(...simulation().handlers);
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const cc = createCcClient({ baseUrl: 'https://cc.example.org', token: 'any', retry: false });

it('finds all jobs, the newest first, with a column for each footprint', async () => {
  const found = await findJobs(cc, '');
  expect(found).toMatchObject({
    table: {
      columns: ['job', 'user', 'cluster', 'state', 'nodes', 'duration', 'flops_any_avg', 'mem_bw_avg'],
      rows: [
        ['4713', 'alice', 'fritz', 'running', '1', expect.stringMatching(/^00:5\d:\d\d$/), '–', '–'],
        ['4712', 'bob', 'fritz', 'failed', '1', '00:00:07', '–', '0.2'],
        ['4711', 'alice', 'fritz', 'completed', '1', '00:30:00', '12.0', '81.3'],
      ],
    },
  });
});

it('finds the jobs of one state', async () => {
  expect(await findJobs(cc, 'failed')).toMatchObject({
    table: { rows: [['4712', 'bob', 'fritz', 'failed', '1', '00:00:07', '0.2']] },
  });
});

it.each([
  ['a token that is too old', ccMock.listJobs.respond(401), /Is CC_TOKEN still good/],
  ['a server that cannot be reached', ccMock.listJobs.networkError(), /cannot be reached/],
  ['a page of a proxy', ccMock.listJobs.text('<h1>Be right back</h1>', 200), /JSON/],
])('says what is wrong with %s', async (_, answer, problem) => {
  server.use(answer);
  expect(await findJobs(cc, '')).toEqual({ problem: expect.stringMatching(problem) });
});
