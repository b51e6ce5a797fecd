import { isSessionOperation, sessionOperations } from '../../wire/operations.js';
import { mayEnter } from '../auth/group-rules.js';
import { otherOriginRefusal } from '../browser-rules.js';
import type { HandlerContext } from '../call.js';
import type { CcRequest, CcResponse } from '../exchange.js';
import { leadsNowhere, noSuchRoute, unauthorized } from '../reply.js';
import type { RouteMatch } from '../router.js';
import { answerLogin, answerLogout } from './login.js';
import { readSession } from './read-session.js';
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
  if (request.path === '/logout') return answerLogout(request, sessions);
  const refused = otherOriginRefusal(request);
  if (refused !== undefined) return refused;
  // Below /config/ a wrong method is a path that does not exist, and either is told without a look at the session.
  if (match.found !== 'operation' && request.path.startsWith('/config/')) return noSuchRoute();
  const session = await readSession(request, sessions);
  if (session?.ok !== true) return unauthorized(session?.error ?? 'unauthorized');
  if (match.found !== 'operation') return leadsNowhere(match);
  const { principal } = session;
  const { operation, id, cluster } = match;
  if (!isSessionOperation(operation)) throw new TypeError(`${operation} is no operation of a session`);
  if (!mayEnter(sessionOperations[operation].group, principal)) return unauthorized('unauthorized');
  return sessionHandlers[operation]({ request, principal, id, cluster, context, sessions });
}
