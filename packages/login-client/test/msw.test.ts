import { isTimeoutError } from '@moorline/core';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sendLoginRequest } from '../src/index.js';
import {
  documentedFailures,
  loginFailure,
  loginNonJson,
  loginSlow,
  loginSuccess,
  loginTruncated,
  loginUnexpectedStatus,
} from '../src/msw.js';
import { smallRequest } from './support/machine.js';
import { loginErrorOf } from './support/rejection.js';

const mocks = setupServer();
beforeAll(() => mocks.listen({ onUnhandledRequest: 'error' }));
afterEach(() => mocks.resetHandlers());
afterAll(() => mocks.close());

const send = (timeoutMs = 0) => sendLoginRequest(smallRequest, { endpoint: 'cp.example:8443', timeoutMs });

describe('mocks of the control plane', () => {
  it('answer success, with what they are told', async () => {
    mocks.use(loginSuccess());
    expect(await send()).toEqual({ machineID: 'm-0017', token: 'sess-2Q8k' });
    const validationResults = [{ name: 'disk', valid: true }];
    mocks.use(loginSuccess({ machineID: 'm', token: '', machineProof: 'mp', validationResults }));
    expect(await send()).toEqual({ machineID: 'm', machineProof: 'mp', validationResults });
  });

  it.each(documentedFailures)(
    'answer failure $number, $code, in its exact words',
    async ({ code, status, reason, text }) => {
      mocks.use(loginFailure(code, { detail: 'unexpected end of JSON input', nodeGroup: 'lab-x' }));
      const error = await loginErrorOf(send());
      const message = text.replace('<detail>', 'unexpected end of JSON input').replace('<name>', 'lab-x');
      expect([error.code, error.status]).toEqual([code, status]);
      expect(error.response).toEqual({ code: reason, message, status: reason, error: message, machineID: '' });
    },
  );

  it('answer with a page that is no JSON', async () => {
    mocks.use(loginNonJson());
    const error = await loginErrorOf(send());
    expect([error.code, error.status]).toEqual(['decode', 502]);
  });

  it('break off within the answer', async () => {
    mocks.use(loginTruncated());
    expect((await loginErrorOf(send())).code).toBe('body_read');
  });

  it('answer late', async () => {
    mocks.use(loginSlow());
    expect(isTimeoutError(await send(20).catch((error: unknown) => error))).toBe(true);
    mocks.use(loginSlow({ delayMs: 1 }));
    expect((await send()).machineID).toBe('m-0017');
  });

  it('answer a status that the protocol does not know', async () => {
    mocks.use(loginUnexpectedStatus({ status: 429, retryAfterSeconds: 7 }));
    const error = await loginErrorOf(send());
    expect([error.code, error.isRetryable, error.details]).toEqual([
      'unexpected_status',
      true,
      { retryAfterMs: 7000, status: 429 },
    ]);
  });

  it('answer only for the origin that they are told', async () => {
    mocks.use(loginSuccess(), loginSuccess({ origin: 'https://cp.example:8443', machineID: 'first' }));
    mocks.use(loginSuccess({ origin: 'https://other.example', machineID: 'other' }));
    expect((await send()).machineID).toBe('m-0017');
    mocks.resetHandlers(loginSuccess({ origin: 'https://cp.example:8443', machineID: 'there' }));
    expect((await send()).machineID).toBe('there');
  });
});
