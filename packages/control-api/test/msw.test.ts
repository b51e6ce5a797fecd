import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answers } from '../src/generated/answers.js';
import { createControlClient } from '../src/index.js';
import { controlMock, createControlMock, type OperationMock } from '../src/msw.js';
import { fault } from '../src/wire/check.js';
import { controlApiStatuses, isServerErrorCode } from '../src/wire/error.js';
import { operationIds, routeOf } from '../src/wire/route-of.js';

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const baseUrl = 'https://cp.example';
const client = createControlClient({ baseUrl, retry: false });

const every = operationIds.flatMap((operation) =>
  Object.entries(answers[operation]).map(([status, codes]: [string, readonly string[]]) => ({
    operation,
    status: Number(status),
    codes,
  })),
);

describe('the mock of every operation', () => {
  it.each(every)('$operation answers $status as the document describes it', async ({ operation, status, codes }) => {
    const mock: OperationMock = controlMock[operation];
    expect(mock.statuses).toContain(status);
    server.use(mock.respond(status));
    const { method, path, answer } = routeOf(operation);
    const response = await fetch(`${baseUrl}/moorline/v1${path.replace(/\{\w+\}/g, '1')}`, { method });
    expect(response.status).toBe(status);
    const text = await response.text();
    if (operation === 'live' && status === 200) expect(text).toMatch(/^event: alive\n/);
    else if (status < 400)
      expect(answer === undefined ? text : fault(JSON.parse(text), { ref: answer }, { isStrict: true })).toBe(
        answer === undefined ? '' : undefined,
      );
    else {
      const body = JSON.parse(text);
      expect(fault(body, { ref: 'Failure' }, { isStrict: true })).toBeUndefined();
      expect(codes).toContain(body.code);
    }
  });

  it('has for every failure a code of that status', () => {
    for (const { status, codes } of every.filter((one) => one.status >= 400)) {
      expect(codes.length).toBeGreaterThan(0);
      for (const code of codes) expect(isServerErrorCode(code) && controlApiStatuses[code]).toBe(status);
    }
  });

  it('answers with a code, a body or headers of one’s own, once where that is wanted', async () => {
    server.use(...controlMock.handlers);
    server.use(controlMock.searchJobs.respond(400, { code: 'unknown_cursor', once: true }));
    await expect(client.searchJobs({ cursor: 'x' })).rejects.toMatchObject({ code: 'unknown_cursor' });
    expect((await client.searchJobs()).jobs).toHaveLength(5);
    server.use(controlMock.getMe.respond(200, { body: { username: 'x' } }));
    await expect(client.getMe()).rejects.toMatchObject({ code: 'invalid_response' });
    server.use(controlMock.getMe.respond(503, { headers: { 'retry-after': '9' } }));
    await expect(client.getMe()).rejects.toMatchObject({ details: { retryAfterMs: 9000 } });
    server.use(controlMock.getMe.text('<html>'));
    await expect(client.getMe()).rejects.toMatchObject({ code: 'unexpected_status', status: 502 });
    server.use(controlMock.getMe.networkError());
    await expect(client.getMe()).rejects.toMatchObject({ code: 'network_error' });
  });

  it('tells events', async () => {
    const event = { event: 'cluster', data: { name: 'c' } } as const;
    server.use(controlMock.live.respond(200, { events: [event] }));
    for await (const one of client.subscribeLive()) {
      expect(one).toEqual(event);
      break;
    }
  });
});

describe('a simulated server', () => {
  it('stands in the place of a real one, under its prefix alone', async () => {
    const { handlers, server: simulated } = createControlMock({ baseUrl: `${baseUrl}/prefix` }).simulate({
      user: 'alice',
    });
    server.use(...handlers);
    const prefixed = createControlClient({ baseUrl: `${baseUrl}/prefix`, retry: false });
    const job = simulated.backend.startJob({ user: 'alice' });
    expect((await prefixed.getJob(job.id ?? 0)).job.jobState).toBe('running');
    await expect(prefixed.listMachines()).rejects.toMatchObject({ code: 'forbidden' });
    await expect(client.getMe()).rejects.toMatchObject({ code: 'network_error' });
    simulated.close();
  });
});
