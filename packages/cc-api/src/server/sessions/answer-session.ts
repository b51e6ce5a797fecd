import { isSessionOperation, sessionOperations } from '../../wire/operations.js';
import { mayEnter } from '../auth/group-rules.js';
import type { Principal } from '../auth/principal.js';
import { otherOriginRefusal } from '../browser-rules.js';
import type { HandlerContext } from '../call.js';
import type { CcRequest, CcResponse } from '../exchange.js';
import { leadsNowhere, noSuchRoute, unauthorized } from '../reply.js';
import type { RouteMatch } from '../router.js';
import { answerLogin, answerLogout } from './login.js';
import { sessionCookie } from './session-cookie.js';
import type { SessionContext } from './session-context.js';
import { sessionHandlers } from './session-handlers.js';

/** Whether a path belongs to those who log in with a password. */
export function isSessionPath(path: string): boolean {
  return path === '/login' || path === '/logout' || path.startsWith('/config/') || path.startsWith('/frontend/');
}

/** Answers what {@link isSessionPath} names. A rejection becomes a 500. */
export async function answerBySession(
  match: RouteMatch,
  request: CcRequest,
  context: HandlerContext,
  sessions: SessionContext,
): Promise<CcResponse> {
  if (request.path === '/login') return answerLogin(request, context, sessions);
  if (request.path === '/logout') return answerLogout(request);
  const refused = otherOriginRefusal(request);
  if (refused !== undefined) return refused;
  // Below /config/ a wrong method is a path that does not exist, and either is told without a look at the session.
  if (match.found !== 'operation' && request.path.startsWith('/config/')) return noSuchRoute();
  const principal = await authenticate(request, sessions);
  if ('status' in principal) return principal;
  if (match.found !== 'operation') return leadsNowhere(match);
  const { operation, id, cluster } = match;
  if (!isSessionOperation(operation)) throw new TypeError(`${operation} is no operation of a session`);
  if (!mayEnter(sessionOperations[operation].group, principal)) return unauthorized('unauthorized');
  return sessionHandlers[operation]({ request, principal, id, cluster, context, sessions });
}

/** The user as the storage has it now: whoever was deleted, or lost a role, has lost it here too. */
async function authenticate(
  request: CcRequest,
  { users, sessionTokens }: SessionContext,
): Promise<Principal | CcResponse> {
  const cookie = sessionCookie(request);
  if (cookie === undefined) return unauthorized('unauthorized');
  const session = await sessionTokens.read(cookie);
  if (!session.ok) return unauthorized(session.error);
  const user = await users.find(session.username);
  if (user === undefined || !(await session.isOf(user))) return unauthorized('unauthorized');
  return { subject: user.username, roles: new Set(user.roles) };
}
