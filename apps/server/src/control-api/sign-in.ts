import type { UserSessions, UserStore } from '@moorline/cc-api/server';
import type { LinkSignIn, SignInLinks } from '@moorline/control-api/server';

/** Opens a session, as a login would, for whoever brings a link that was made for a user. */
export function createLinkSignIn(parts: {
  links: SignInLinks;
  users: Pick<UserStore, 'find'>;
  userSessions: Pick<UserSessions, 'open'>;
}): LinkSignIn {
  const { links, users, userSessions } = parts;
  return {
    redeem: (link) => links.redeem(link),
    async openSession(username, request) {
      const user = await users.find(username);
      if (user === undefined) return undefined;
      const isTls = new URL(request.url).protocol === 'https:';
      return userSessions.open(user, { header: (name) => request.headers.get(name) ?? undefined, isTls });
    },
  };
}
