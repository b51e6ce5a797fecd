import { isSessionOperation, type TokenOperationId, tokenOperations } from '../wire/operations.js';
import { bearerToken } from './auth/bearer-token.js';
import { mayEnter } from './auth/group-rules.js';
import { refusedAddress } from './auth/ip-allow-list.js';
import { asStored, nobody, type Principal } from './auth/principal.js';
import type { TokenVerifier } from './auth/token-verifier.js';
import { crossSiteRefusal, preflight, withBrowserHeaders } from './browser-rules.js';
import type { HandlerContext } from './call.js';
import type { CcRequest, CcResponse } from './exchange.js';
import { handlers } from './handlers.js';
import { failure, leadsNowhere, noSuchRoute, unauthorized } from './reply.js';
import type { FoundOperation, Router } from './router.js';
import { answerBySession, isSessionPath } from './sessions/answer-session.js';
import type { SessionContext } from './sessions/session-context.js';

export interface AnswerContext extends HandlerContext {
  /** Undefined where nobody is asked who it is. */
  verifyToken: TokenVerifier | undefined;
  /** Whether roles come from the stored user, not from the token. */
  validateUsers: boolean;
  allowedIps: readonly string[];
  matchRoute: Router;
  /** Undefined where nobody logs in here: then the routes of sessions do not exist. */
  sessions: SessionContext | undefined;
}

/** Answers any request, from the browser's rules to the storage. Never rejects. */
export async function answer(request: CcRequest, context: AnswerContext): Promise<CcResponse> {
  const early = preflight(request) ?? crossSiteRefusal(request);
  return withBrowserHeaders(request, early ?? (await route(request, context)));
}

async function route(request: CcRequest, context: AnswerContext): Promise<CcResponse> {
  const match = context.matchRoute(request.method, request.path);
  try {
    if (match.found === 'operation' && !isSessionOperation(match.operation)) {
      return await perform(match.operation, match, request, context);
    }
    if (match.found === 'operation' || isSessionPath(request.path)) {
      if (context.sessions === undefined) return noSuchRoute();
      return await answerBySession(match, request, context, context.sessions);
    }
    // Below /api/ a path that leads nowhere says so without looking at the token; below /userapi/ the token goes first.
    if (!request.path.startsWith('/userapi/')) return leadsNowhere(match);
    const principal = await authenticate(request, context);
    if (principal === undefined || 'status' in principal) return principal ?? unauthorized('unauthorized');
    return principal === nobody || mayEnter('user', principal) ? leadsNowhere(match) : unauthorized('unauthorized');
  } catch (error) {
    const operation = match.found === 'operation' ? match.operation : undefined;
    context.logger.error({ err: error, method: request.method, path: request.path, operation }, 'request failed');
    return failure(500, 'internal error: the server has logged what happened');
  }
}

async function perform(
  operation: TokenOperationId,
  { id, cluster }: FoundOperation,
  request: CcRequest,
  context: AnswerContext,
): Promise<CcResponse> {
  const { group, allowsScoped } = tokenOperations[operation];
  const principal = await authenticate(request, context);
  if (principal === undefined) return unauthorized(group === 'api' ? 'no user for secured check' : 'unauthorized');
  if ('status' in principal) return principal;
  if (principal === nobody) return handlers[operation]({ request, principal, id, cluster, context });
  const address = group === 'api' ? refusedAddress(request, context.allowedIps) : undefined;
  if (address !== undefined) return unauthorized(`unknown ip: ${address}`);
  if (!mayEnter(group, principal)) return unauthorized('unauthorized');
  if (principal.scope !== undefined && !allowsScoped) {
    return failure(403, 'this token is bound to clusters and may not use this route');
  }
  return handlers[operation]({ request, principal, id, cluster, context });
}

/** @returns undefined where there is no token at all, {@link nobody} where none is asked for. */
async function authenticate(
  request: CcRequest,
  { verifyToken, validateUsers, backend }: AnswerContext,
): Promise<Principal | CcResponse | undefined> {
  if (verifyToken === undefined) return nobody;
  const token = bearerToken(request);
  if (token === undefined) return undefined;
  const verdict = await verifyToken(token);
  if (!verdict.ok) return unauthorized(verdict.error);
  if (!validateUsers) return verdict.principal;
  return (await asStored(verdict.principal, backend.users)) ?? unauthorized('unknown user');
}
