import { expect, it } from 'vitest';
import { greet } from '../src/index.js';
import { createGreetHandler } from '../src/server.js';
import { createMemoryFetch } from '../src/testing.js';

const endpoint = 'http://127.0.0.1';

it('greets, and is greeted', async () => {
  const heard: string[] = [];
  const fetch = createMemoryFetch({ name: 'shore', onGreeting: ({ from }) => heard.push(from) });
  expect(await greet({ endpoint, from: 'ship', fetch })).toEqual({ from: 'shore' });
  expect(heard).toEqual(['ship']);
});

it('gives request_failed for an answer that is none', async () => {
  const fetch = () => Promise.resolve(new Response(null, { status: 503 }));
  await expect(greet({ endpoint, from: 'ship', fetch })).rejects.toMatchObject({
    code: 'request_failed',
    isRetryable: true,
  });
});

it('rejects at once with the reason of the signal', async () => {
  const fetch = () => new Promise<Response>(() => undefined);
  const signal = AbortSignal.abort(new Error('left'));
  await expect(greet({ endpoint, from: 'ship', fetch, signal })).rejects.toThrow('left');
});

it.each([
  ['GET', null, 405],
  ['POST', '{"from":""}', 400],
])('answers %s %s with %d', async (method, body, status) => {
  const answer = createGreetHandler({ name: 'shore' });
  expect((await answer(new Request(endpoint, { method, body }))).status).toBe(status);
});
