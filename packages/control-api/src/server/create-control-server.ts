import { type Clock, type Logger, silentLogger, systemClock } from '@moorline/core';
import { fault } from '../wire/check.js';
import { ControlApiError, controlApiStatuses, isControlApiError, isServerErrorCode } from '../wire/error.js';
import type { OperationId } from '../wire/models.js';
import { decodeQuery } from '../wire/query.js';
import { routeOf } from '../wire/route-of.js';
import { admit, hasOwnCredential } from './access.js';
import type { Authenticate, Peer } from './authentication.js';
import type { ControlBackend } from './backend.js';
import { answerHeaders, refuseOtherOrigins } from './browser-rules.js';
import type { Call, Handler, HandlerContext, LinkSignIn, TakenBody, TokenIssuer } from './call.js';
import type { DescribingRules } from './describing-rules.js';
import { handlers } from './handlers.js';
import { badCluster } from './handlers/descriptions.js';
import type { LiveFeed } from './live/live-feed.js';
import type { Principal } from './principal.js';
import { readJson } from './read-body.js';
import { findOperation, type Match } from './router.js';

/** What the server half is made of. */
export interface ControlServerOptions {
  /** The storage. */
  backend: ControlBackend;
  /** {@link createAuthenticate}, or a function of your own. */
  authenticate: Authenticate;
  /** Signs machines' tokens. */
  issuer: TokenIssuer;
  /** What makes a cluster's description a good one. */
  describing: DescribingRules;
  /** What `/live` tells; the caller closes it. Absent = there is no live channel. */
  live?: LiveFeed | undefined;
  /** Signs people in by one-time link, from this machine only. Absent = nobody is. */
  signIn?: LinkSignIn | undefined;
  /** Shown by `/me`. */
  serverVersion: string;
  /** Certificate authority that machines are told to trust, PEM; absent where they trust this server already. */
  caCert?: string | undefined;
  clock?: Clock | undefined;
  logger?: Logger | undefined;
}

/** Answers one request below `/moorline/v1`. Never rejects. */
export type ControlServer = (request: Request, peer: Peer) => Promise<Response>;

/** Moorline's own API as a web-standard handler over a storage. */
export function createControlServer(options: ControlServerOptions): ControlServer {
  const { backend, authenticate, issuer, describing, live, signIn, serverVersion, caCert } = options;
  const { clock = systemClock, logger = silentLogger } = options;
  const context: HandlerContext = {
    ...{ backend, issuer, describing, live, signIn, serverVersion, caCert, clock },
  };

  /** Looks at who asks before anything of the body is read: strangers do not get to send whole descriptions. */
  const principalOf = async (operation: OperationId, request: Request, peer: Peer): Promise<Principal> => {
    if (hasOwnCredential(operation)) return nobody;
    const authentication = await authenticate(request, peer);
    const principal = admit(operation, authentication);
    if (authentication.ok && authentication.by === 'session' && !isSafe(request.method)) refuseOtherOrigins(request);
    return principal;
  };

  const perform = async <Id extends OperationId>(
    operation: Id,
    params: Match['params'],
    request: Request,
    peer: Peer,
  ): Promise<Response> => {
    const principal = await principalOf(operation, request, peer);
    const query = decodeQuery(operation, new URL(request.url).searchParams);
    const body = await bodyOf(operation, request);
    const call: Call<Id> = { request, peer, params, query, body, principal, context };
    const handle: Handler<Id> = handlers[operation];
    const answer = await handle(call);
    return answer instanceof Response ? answer : success(operation, answer);
  };

  return async (request, peer) => {
    try {
      const { operation, params } = findOperation(request.method, new URL(request.url).pathname);
      return withoutBody(request, await perform(operation, params, request, peer));
    } catch (error) {
      const failure = asAnswer(error);
      if (failure.status === 500) {
        logger.error({ err: error, method: request.method, path: new URL(request.url).pathname }, 'a request failed');
      }
      return withoutBody(request, refusal(failure));
    }
  };
}

const nobody: Principal = { subject: '', roles: new Set() };

const isSafe = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** @throws ControlApiError `body_too_large`, `bad_body`; of a host's description `bad_cluster`. */
async function bodyOf<Id extends OperationId>(operation: Id, request: Request): Promise<TakenBody<Id>> {
  const { body: schema, bodyLimit } = routeOf(operation);
  const value = bodyLimit === undefined ? undefined : await readJson(request, bodyLimit);
  const found = schema === undefined ? undefined : fault(value, { ref: schema }, { isStrict: true });
  // The type was made from the schema.
  if (found === undefined) return value as TakenBody<Id>;
  if (operation === 'putHost') throw badCluster(`the body is not accepted: ${found}`);
  throw new ControlApiError(`the body is not accepted: ${found}`, {
    code: 'bad_body',
    hint: 'docs/protocol.md of @moorline/control-api describes the bodies',
  });
}

function success(operation: OperationId, body: unknown): Response {
  const { status } = routeOf(operation);
  if (body === undefined) return new Response(null, { status, headers: answerHeaders });
  return new Response(JSON.stringify(body), { status, headers: { ...answerHeaders, ...json } });
}

/** A failure of the storage is the log's business, and its text nobody else's. */
function asAnswer(error: unknown): ControlApiError {
  if (isControlApiError(error) && isServerErrorCode(error.code)) return error;
  return new ControlApiError('the server failed', {
    code: 'internal',
    hint: 'its log tells why, under the request id of this answer',
    cause: error,
  });
}

function refusal({ code, message, hint, details }: ControlApiError): Response {
  const status = isServerErrorCode(code) ? controlApiStatuses[code] : 500;
  const allow = details['allow'];
  return new Response(JSON.stringify({ code, message, hint }), {
    status,
    headers: { ...answerHeaders, ...json, ...(typeof allow === 'string' ? { allow } : {}) },
  });
}

const json = { 'content-type': 'application/json; charset=utf-8' };

function withoutBody({ method }: Request, response: Response): Response {
  return method === 'HEAD' ? new Response(null, response) : response;
}
