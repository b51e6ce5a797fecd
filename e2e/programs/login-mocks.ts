import { isLoginError, sendLoginRequest } from '@moorline/login-client';
import { loginFailure, loginSuccess } from '@moorline/login-client/msw';
import { getResponse, type RequestHandler } from 'msw';
import { equal, failureOf } from './check.js';

const answeredBy =
  (handler: RequestHandler): typeof fetch =>
  async (input, init) => {
    const response = await getResponse([handler], new Request(input, init));
    if (response === undefined) throw new Error('no mock answers');
    return response;
  };

/** Sends GPUd's login to the mocks: they accept it once, and refuse it once in the original's words. */
export async function run(): Promise<void> {
  const request = { token: 'reg-7f3c9a', machineID: '', provider: 'unknown', providerInstanceID: '' };

  const accepted = answeredBy(loginSuccess({ machineID: 'm-0017' }));
  equal((await sendLoginRequest(request, { endpoint: 'cp.example', fetch: accepted })).machineID, 'm-0017');

  const refused = answeredBy(loginFailure('node_group_not_found', { nodeGroup: 'lab' }));
  const error = await failureOf(sendLoginRequest(request, { endpoint: 'cp.example', fetch: refused }));
  equal(isLoginError(error) && error.code, 'node_group_not_found');
}
