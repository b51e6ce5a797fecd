import { createBcryptHasher } from '@moorline/cc-api/bcrypt';
import { createTokenIssuer, generateSessionKey, type SessionOptions } from '@moorline/cc-api/server';
import type { User } from '@moorline/cc-api';
import { serve, type Served, type ServeOptions } from './serve.js';

/** A server where the users of the captures can log in. */
export interface ServedSessions extends Served {
  /** The value of the cookie that a login gives. */
  logIn(username: string, password?: string): Promise<string>;
}

export const passwords = createBcryptHasher({ cost: 4 });

/** Their passwords are their names with `pw` behind. */
const captured: [username: string, roles: string[]][] = [
  ['admin', ['admin', 'api']],
  ['slurm', ['api']],
  ['alice', ['user', 'api']],
  ['bob', ['user']],
  ['manny', ['manager']],
  ['sue', ['support']],
];

export async function serveSessions(
  options: Partial<SessionOptions> & { serve?: ServeOptions } = {},
): Promise<ServedSessions> {
  const { serve: more, ...sessions } = options;
  const served = await serve({
    ...more,
    sessions: ({ clock, tokens }) => ({
      ...{ passwords, key: generateSessionKey() },
      tokens: createTokenIssuer({ privateKey: tokens.keys.privateKey, clock }),
      tokenLifetimeSeconds: 3600,
      ...sessions,
    }),
  });
  for (const [username, roles] of captured) {
    const user: User = { username, name: '', email: '', roles, projects: [], authType: 0, authSource: 0 };
    await served.backend.users.create({ ...user, passwordHash: await passwords.hash(`${username}pw`) });
  }
  return {
    ...served,
    async logIn(username, password = `${username}pw`) {
      const response = await fetch(`${served.baseUrl}/login`, {
        method: 'POST',
        body: new URLSearchParams({ username, password }),
        redirect: 'manual',
      });
      const cookie = /^session=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
      if (cookie === undefined) throw new Error(`no cookie for ${username}: ${response.status}`);
      return cookie;
    },
  };
}
