import { tokenRoles } from '../../auth/token-issuer.js';
import { failure, textReply } from '../../reply.js';
import type { SessionHandler } from '../../sessions/session-context.js';
import { noSuchUser } from '../../users/user-rules.js';

/** `GET /frontend/jwt/`: a token with a user's roles, for oneself, or by an administrator for anybody. */
export const createJwt: SessionHandler = async ({ request, principal, sessions }) => {
  const { users, tokens, tokenLifetimeSeconds } = sessions;
  const username = new URLSearchParams(request.query).get('username') ?? '';
  if (username !== principal.subject && !principal.roles.has('admin')) {
    return failure(403, 'only admins are allowed to sign JWTs not for themselves');
  }
  const user = await users.find(username);
  if (user === undefined) return failure(404, `getting user failed: ${noSuchUser}`);
  const token = await tokens.issue({
    subject: user.username,
    // A word that is no role would open nothing.
    roles: tokenRoles.filter((role) => user.roles?.includes(role)),
    ...(tokenLifetimeSeconds === undefined ? {} : { lifetimeSeconds: tokenLifetimeSeconds }),
  });
  const { headers, ...reply } = textReply(token);
  return { ...reply, headers: { ...headers, 'cache-control': 'no-store' } };
};
