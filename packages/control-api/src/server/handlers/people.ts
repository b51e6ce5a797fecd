import { ControlApiError } from '../../wire/error.js';
import { answerHeaders, refuseOtherOrigins } from '../browser-rules.js';
import type { Handler } from '../call.js';
import { isFromHere } from '../loopback.js';
import { forbidden, nothing } from '../refusals.js';

export const getMe: Handler<'getMe'> = async ({ principal, context }) => {
  const { subject, roles, projects } = principal;
  const user = await context.backend.describeUser(subject);
  return {
    username: subject,
    name: user?.name ?? '',
    email: user?.email ?? '',
    roles: [...roles],
    projects: [...(projects ?? user?.projects ?? [])],
    serverVersion: context.serverVersion,
  };
};

export const redeemLink: Handler<'redeemLink'> = async ({ request, peer, body, context: { signIn } }) => {
  if (signIn === undefined) return nothing('sign-in by link here');
  if (!isFromHere(request, peer)) {
    throw forbidden('a link signs in on the machine of the server only', 'sign in with user and password');
  }
  // Nobody is to be signed in by a page of somebody else.
  refuseOtherOrigins(request);
  const username = await signIn.redeem(body.link);
  const cookie = username === undefined ? undefined : await signIn.openSession(username, request);
  if (cookie !== undefined)
    return new Response(null, { status: 204, headers: { ...answerHeaders, 'set-cookie': cookie } });
  throw new ControlApiError('the link was used, is too old, or never was', {
    code: 'link_spent',
    hint: 'ask for another one: moorline-server link create',
  });
};
