import { otherOriginRefusal } from '../browser-rules.js';
import type { HandlerContext } from '../call.js';
import type { CcRequest, CcResponse } from '../exchange.js';
import { methodNotAllowed } from '../reply.js';
import { readForm } from './form.js';
import { loginPage } from './login-page.js';
import { localRedirect } from './redirect.js';
import { setSessionCookie } from './session-cookie.js';
import type { SessionContext } from './session-context.js';

/** `/login` (docs/protocol.md §5.1): the page with the form, and what the form is sent to. */
export async function answerLogin(
  request: CcRequest,
  context: HandlerContext,
  sessions: SessionContext,
): Promise<CcResponse> {
  if (request.method === 'GET') {
    const redirect = localRedirect(new URLSearchParams(request.query).get('redirect') ?? '') ?? '';
    return loginPage({ status: 200, message: '', redirect, basePath: sessions.basePath });
  }
  if (request.method !== 'POST') return methodNotAllowed(['GET', 'POST']);
  return otherOriginRefusal(request) ?? logIn(request, context, sessions);
}

async function logIn(request: CcRequest, context: HandlerContext, sessions: SessionContext): Promise<CcResponse> {
  const { basePath, lifetimeSeconds } = sessions;
  const form = await readForm({ request, context });
  if (!form.ok) return form.response;
  const [username, password] = [form.value('username'), form.value('password')];
  const redirect = localRedirect(form.value('redirect')) ?? '';
  const refuse = (message: string, reason: string): CcResponse => {
    // Without the name: it is not rarely the password, typed into the wrong field.
    context.logger.warn({ remoteAddress: request.remoteAddress, reason }, 'a login was refused');
    return loginPage({ status: 401, message, redirect, basePath });
  };

  if (sessions.passwordCheck.isBusy) return refuse('Too many people log in just now. Try again.', 'busy');
  // A name longer than any user's is told from another one by its beginning, so that nothing long is kept.
  if (!sessions.limiter.admit(`${request.remoteAddress} ${username.slice(0, 100)}`)) {
    return refuse('Too many attempts. Try again in a few minutes.', 'limited');
  }
  const user = await sessions.users.find(username);
  const isMatch = await sessions.passwordCheck.matches(password, user?.passwordHash);
  if (user === undefined || !isMatch) return refuse('Wrong user or password.', 'wrong');
  const cookie = await sessions.sessionTokens.issue(user);
  return {
    status: 302,
    headers: {
      location: redirect === '' ? `${basePath}/` : redirect,
      'set-cookie': setSessionCookie(request, cookie, { maxAgeSeconds: lifetimeSeconds, basePath }),
      'cache-control': 'no-store',
    },
    body: '',
  };
}

/** `/logout`: takes the cookie away, whether or not it was a good one. */
export function answerLogout(request: CcRequest, { basePath }: Pick<SessionContext, 'basePath'>): CcResponse {
  if (request.method !== 'POST') return methodNotAllowed(['POST']);
  const headers = { 'set-cookie': setSessionCookie(request, '', { maxAgeSeconds: 0, basePath }) };
  return (
    otherOriginRefusal(request) ??
    loginPage({ status: 200, message: 'You have logged out.', redirect: '', basePath, headers })
  );
}
