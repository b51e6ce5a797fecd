import { apiOpen } from '@moorline/apicaller';
import { upgradeDropped, upgradeRefused } from '@moorline/apicaller/msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { modelTag } from './support/logged-in.js';

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const open = (info: object = {}, address = 'ws://127.0.0.1:17070') =>
  apiOpen(
    { addrs: [address], modelTag, tag: 'machine-0', password: 'pw', ...info },
    { allowInsecureWs: true, retryDelayMs: 0, timeoutMs: 5000 },
  );

describe('an upgrade that is refused', () => {
  it.each([
    [401, undefined, 'unauthorized (Unauthorized)'],
    [403, undefined, 'forbidden (Forbidden)'],
    [404, undefined, '404 page not found (Not Found)'],
    [503, 'busy', 'busy (Service Unavailable)'],
    [200, '', ' (OK)'],
    [301, 'moved', 'moved (Moved Permanently)'],
  ])('with %i tells status and text', async (status, body, text) => {
    server.use(upgradeRefused(status, { body }));
    await expect(open()).rejects.toMatchObject({
      code: 'dial_failed',
      status,
      message: expect.stringContaining(text),
    });
  });

  it('is refused where the mock says, and for the controller itself too', async () => {
    server.use(upgradeRefused(404), upgradeRefused(503, { host: '127.0.0.1:17071', basePath: '/prefix' }));
    await expect(open({}, 'ws://127.0.0.1:17071/prefix')).rejects.toMatchObject({ status: 404 });
    server.resetHandlers(upgradeRefused(503, { host: '127.0.0.1:17071', basePath: '/prefix' }), upgradeRefused(404));
    await expect(open({}, 'ws://127.0.0.1:17071/prefix')).rejects.toMatchObject({ status: 503 });
    await expect(open({ modelTag: undefined })).rejects.toMatchObject({ status: 404 });
  });

  it('is dropped', async () => {
    server.use(upgradeDropped());
    await expect(open()).rejects.toMatchObject({ name: 'DialError' });
  });
});
