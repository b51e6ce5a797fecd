import { createCcHandler, createTokenVerifier, type ListedJob } from '@moorline/cc-api/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask, j } from './support/ask.js';
import { decodeMetrics } from './support/line-protocol.js';
import { serve, type Served } from './support/serve.js';

type Slices = (whole: readonly ListedJob[]) => AsyncIterable<readonly ListedJob[]>;

/** A server with three jobs, whose backend gives long pages in the parts that `slices` makes of them. */
async function serveSlices(slices: Slices): Promise<Served> {
  const served = await serve({
    wrap: (backend) => ({
      ...backend,
      async *listJobsInSlices(...question) {
        yield* slices(await backend.listJobs(...question));
      },
    }),
  });
  onTestFinished(() => served.close());
  for (const id of [1, 2, 3]) await ask(served, '/api/jobs/start_job/', { method: 'POST', body: j(id) });
  return served;
}

const long = '/api/jobs/?items-per-page=9999999';

describe('a long page', () => {
  it.each<[string, Slices]>([
    [
      'in three parts',
      async function* (jobs) {
        for (const job of jobs) yield [job];
      },
    ],
    [
      'in one',
      async function* (jobs) {
        yield jobs;
      },
    ],
    [
      'with a part that nothing is left of',
      async function* ([first, ...others]) {
        yield [];
        if (first !== undefined) yield [first];
        yield [];
        yield others;
      },
    ],
  ])('%s is what it is as a whole', async (_, slices) => {
    const served = await serveSlices(slices);
    const whole = await ask(served, '/api/jobs/');
    const { status, headers, text } = await ask(served, long);
    expect([status, headers.get('content-type'), headers.get('vary')]).toEqual([200, 'application/json', 'Origin']);
    expect(text).toBe(whole.text.replace('"items":25', '"items":9999999'));
  });

  it('without jobs is an empty list', async () => {
    const served = await serveSlices(async function* () {});
    expect((await ask(served, long)).text).toBe('{"jobs":[],"items":9999999,"page":1}\n');
  });

  it('is a 500 where the storage fails before the first part', async () => {
    const served = await serveSlices(async function* () {
      yield await Promise.reject(new Error('no storage'));
    });
    expect((await ask(served, long)).status).toBe(500);
  });

  it('breaks off where the storage fails later, and the log says so', async () => {
    const served = await serveSlices(async function* (jobs) {
      yield jobs;
      throw new Error('no storage');
    });
    await expect(ask(served, long)).rejects.toThrow();
    expect(served.logger.records).toMatchObject([{ level: 'error', message: 'an answer broke off' }]);
  });

  it('is read no further than the client takes it', async () => {
    let isOver = (): void => undefined;
    const over = new Promise<void>((resolve) => (isOver = resolve));
    const served = await serveSlices(async function* (jobs) {
      try {
        for (;;) yield jobs;
      } finally {
        isOver();
      }
    });
    const leaving = new AbortController();
    const { body } = await fetch(served.baseUrl + long, {
      headers: { 'x-auth-token': served.tokens.token('A') },
      signal: leaving.signal,
    });
    await body?.getReader().read();
    leaving.abort();
    await over;
  });
});

it('comes in parts through the web-standard handler too, no further than it is read', async () => {
  const served = await serveSlices(async function* (jobs) {
    for (const job of jobs) yield [job];
  });
  let timesLeft = 0;
  const { backend } = served;
  const handle = createCcHandler({
    backend: {
      ...backend,
      async *listJobsInSlices(...question) {
        try {
          for (const job of await backend.listJobs(...question)) yield [job];
        } finally {
          timesLeft += 1;
        }
      },
    },
    verifyToken: createTokenVerifier({ publicKey: served.tokens.keys.publicKey, clock: served.clock }),
    decodeMetrics,
    clock: served.clock,
  });
  const request = () => new Request(served.baseUrl + long, { headers: { 'x-auth-token': served.tokens.token('A') } });
  const whole = await handle(request(), { remoteAddress: '127.0.0.1' });
  expect(await whole.text()).toBe((await ask(served, long)).text);
  const left = await handle(request(), { remoteAddress: '127.0.0.1' });
  await left.body?.cancel();
  expect(timesLeft).toBe(2);
});
