import { loginFailure, loginSuccess } from '@moorline/login-client/msw';
import {
  encodeLoginRequest,
  failureReason,
  type LoginResponse,
  parseLoginResponse,
  resolveEndpoint,
} from '@moorline/login-client/wire';
import { getResponse, type RequestHandler } from 'msw';
import { equal } from './check.js';

/** Sends a login's own bytes to a mock, and reads the answer. */
async function post(handler: RequestHandler): Promise<LoginResponse> {
  const { url } = resolveEndpoint('cp.example');
  const body = encodeLoginRequest({ token: 'reg-7f3c9a', machineID: '', provider: 'unknown', providerInstanceID: '' });
  const answer = await getResponse([handler], new Request(url, { method: 'POST', body }));
  if (answer === undefined) throw new Error('no mock answers');
  return parseLoginResponse(new Uint8Array(await answer.arrayBuffer()));
}

/** A page that plays GPUd's login with the mocks: they accept it once, and refuse it once in the original's words. */
export async function run(): Promise<void> {
  equal((await post(loginSuccess({ machineID: 'm-0017' }))).machineID, 'm-0017');

  const refused = await post(loginFailure('node_group_not_found', { nodeGroup: 'lab' }));
  equal([refused.machineID, failureReason(refused)], ['', refused.code]);
}
