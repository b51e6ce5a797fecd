import type { UserStore } from '@moorline/cc-api/server';
import type { ControlWork } from '../control/control-handlers.js';
import { ServerError } from '../error.js';

/** The command that makes one-time links. */
export type LinkCommand = 'link-create';

/** Whose link it is where nobody is named: who works at the server's own machine, and needs no password there. */
export const localUser = 'local';

export interface LinkWorkOptions {
  users: Pick<UserStore, 'find' | 'create'>;
  /** Of `@moorline/control-api/server`. */
  links: { create(username: string): Promise<{ link: string; expiresAt: number }> };
  /** The server as this machine reaches it at its loopback address, base path and all; undefined where it does not listen there. */
  loopbackUrl: string | undefined;
}

/** Links are for browsers of this machine: what opens one is asked from its loopback address. */
export function createLinkWork({ users, links, loopbackUrl }: LinkWorkOptions): Pick<ControlWork, LinkCommand> {
  return {
    async 'link-create'({ username = localUser }) {
      if (loopbackUrl === undefined) throw notOnLoopback();
      if (username === localUser) await makeLocalUser(users);
      else if ((await users.find(username)) === undefined) throw noSuchUser(username);
      const { link, expiresAt } = await links.create(username);
      return { username, expiresAt, url: `${loopbackUrl}/sign-in#link=${link}` };
    },
  };
}

/** One who is there stays as an administrator has made them. */
async function makeLocalUser(users: Pick<UserStore, 'find' | 'create'>): Promise<void> {
  if ((await users.find(localUser)) !== undefined) return;
  const roles = ['admin', 'api', 'user'];
  const name = "Who works at the server's machine";
  await users.create({ username: localUser, name, email: '', roles, projects: [], authType: 0, authSource: 0 });
}

const notOnLoopback = (): ServerError =>
  new ServerError('a link opens on this machine alone, and the server does not listen on its loopback address', {
    code: 'not_on_loopback',
    hint: 'sign in with a password (moorline-server user add), or let the server listen on 127.0.0.1 or 0.0.0.0 too',
  });

const noSuchUser = (username: string): ServerError =>
  new ServerError(`there is no user ${username}`, {
    code: 'no_such_user',
    hint: 'moorline-server user list shows them',
  });
