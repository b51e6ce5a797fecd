import { ApicallerError } from '../error.js';
import type { RpcConnection } from '../rpc/rpc-connection.js';
import { readServers } from '../wire/host-port.js';
import { isObject } from '../wire/is-object.js';
import {
  type LoginCredentials,
  type LoginExpectations,
  loginParams,
  type LoginResult,
  type LoginVersion,
  readLoginResult,
} from '../wire/login.js';
import { isRequestError, jujuCodeOf, type RequestError } from '../wire/request-error.js';
import { parseTag } from '../wire/tag.js';
import { type Redirection, RedirectError } from './redirect-error.js';

/**
 * Logs in over a connection that has just been opened.
 *
 * @param versions of the Admin facade, best first: the next is tried where the controller does not have one.
 * @throws RequestError what the controller answered; RedirectError; ApicallerError `login_result_invalid`,
 * `discharge_required`, `redirect_info_failed`, or what ended the connection.
 */
export async function logIn(
  rpc: RpcConnection,
  credentials: LoginCredentials,
  versions: readonly LoginVersion[],
  expectations: LoginExpectations,
  signal: AbortSignal,
): Promise<LoginResult> {
  for (const [index, version] of versions.entries()) {
    try {
      const params = loginParams(version, credentials);
      const result = await rpc.call({ facade: 'Admin', version, method: 'Login' }, params, { signal });
      return readLoginResult(result, expectations);
    } catch (error) {
      if (isRequestError(error) && error.jujuCode === 'redirection required')
        throw await redirected(rpc, error, signal);
      if (index === versions.length - 1 || !isForOlder(error)) throw error;
    }
  }
  throw new TypeError('no login version was given');
}

/** Whether an older version of the facade may do; the text is what controllers of 1.25 answer to version 2. */
function isForOlder(error: unknown): boolean {
  return jujuCodeOf(error) === 'not implemented' || (isRequestError(error) && error.text === '"" is not a valid tag');
}

/** Late controllers say all of it in the error, others are asked (docs/protocol.md §2.5). */
async function redirected(rpc: RpcConnection, error: RequestError, signal: AbortSignal): Promise<Error> {
  const { info } = error;
  const servers = readServers(info?.['servers']);
  const caCert = info?.['ca-cert'];
  if (info !== undefined && servers.length > 0 && typeof caCert === 'string' && caCert !== '') {
    const controllerTag = info['controller-tag'];
    const alias = info['controller-alias'];
    const isTold = typeof controllerTag === 'string' && controllerTag !== '';
    if (isTold) parseTag(controllerTag, 'controller');
    const redirection: Redirection = {
      servers,
      caCert,
      controllerTag: isTold ? controllerTag : undefined,
      controllerAlias: typeof alias === 'string' && alias !== '' ? alias : undefined,
      follow: false,
    };
    return new RedirectError(redirection, error);
  }
  return new RedirectError(await askRedirection(rpc, signal), error);
}

async function askRedirection(rpc: RpcConnection, signal: AbortSignal): Promise<Redirection> {
  try {
    const answer = await rpc.call({ facade: 'Admin', version: 3, method: 'RedirectInfo' }, {}, { signal });
    const { servers, 'ca-cert': caCert } = isObject(answer) ? answer : {};
    return {
      servers: readServers(servers),
      caCert: typeof caCert === 'string' ? caCert : '',
      controllerTag: undefined,
      controllerAlias: undefined,
      follow: true,
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ApicallerError(`cannot get redirect addresses: ${why}`, { code: 'redirect_info_failed', cause });
  }
}
