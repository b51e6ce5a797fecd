import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzInputs } from '../../../tools/testenv/scale.js';
import { encodeLoginRequest, isLoginError, loginPath, sendLoginRequest } from '../src/index.js';
import { createLoginHandler, createMemoryLoginStore } from '../src/server.js';
import { smallRequest } from './support/machine.js';

const numRuns = fuzzInputs(500);
const damaged = (text: string) =>
  fc.tuple(fc.nat({ max: text.length - 1 }), fc.integer({ min: 0, max: 255 })).map(([at, byte]) => {
    const bytes = new TextEncoder().encode(text);
    bytes[at] = byte;
    return bytes;
  });
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('any bytes', () => {
  it('on the login path are answered with JSON, success or one of the documented statuses', async () => {
    const store = createMemoryLoginStore();
    store.addRegistration({ token: 'reg-7f3c9a', nodeGroup: 'lab', maxUses: 1000 });
    const handler = createLoginHandler({ store, addressLimit: false, tokenLimit: false });
    const request = encodeLoginRequest({ ...smallRequest, machineID: '' });
    const body = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(bytesOf), damaged(request));
    await fc.assert(
      fc.asyncProperty(body, async (bytes) => {
        const init = { method: 'POST', body: new Uint8Array(bytes) };
        const response = await handler(new Request(`https://cp.example${loginPath}`, init), { remoteAddress: '::1' });
        expect([200, 400, 401, 404]).toContain(response.status);
        const answer = (await response.json()) as object;
        expect(Object.keys(answer)).toContain('machineID');
      }),
      { numRuns },
    );
  });

  it('as an answer are a login or a LoginError', async () => {
    const answer = '{"machineID":"m-0017","token":"sess-2Q8k","validationResults":[{"name":"disk","valid":true}]}';
    const body = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(bytesOf), damaged(answer));
    const status = fc.constantFrom(200, 200, 201, 400, 401, 404, 429, 500, 502);
    await fc.assert(
      fc.asyncProperty(body, status, async (bytes, code) => {
        const fetch = () => Promise.resolve(new Response(new Uint8Array(bytes), { status: code }));
        try {
          const { machineID } = await sendLoginRequest(smallRequest, { endpoint: 'cp.example', fetch });
          expect([code, machineID]).not.toContain('');
          expect(code).toBe(200);
        } catch (error) {
          if (!isLoginError(error)) throw error;
        }
      }),
      { numRuns },
    );
  });
});
