import { effect, untracked } from '@preact/signals';
import { createControlClient, type Me } from '@moorline/control-api';
import { systemClock } from '@moorline/core';
import { createCc } from './api/cc.js';
import { createConnection } from './api/connection.js';
import { isOutage, isSignedOut } from './api/failures.js';
import { createLive } from './api/live.js';
import { logOut } from './api/password-login.js';
import { QueryCache } from './api/query-cache.js';
import { createSession, type Session } from './api/session.js';
import type { App } from './app-context.js';
import { createRouter } from './routing/router.js';
import { createNotices } from './ui/notices.js';

/** A person waits: shorter than a program's calls. */
const timeoutMs = 15_000;
/** One lost answer is no outage. */
const retry = { maxAttempts: 2, minDelayMs: 150 };

/** Joins what all views share. @param prefix path of the page, with a slash at its end. */
export function createApp(prefix: string, window: Window): App {
  const clock = systemClock;
  const baseUrl = new URL(prefix, window.location.origin).href.replace(/\/$/, '');
  // Plain HTTP is the page's own address here, which nobody asks this client about any more.
  const control = createControlClient({ baseUrl, clock, timeoutMs, retry, allowInsecureHttp: true });
  const connection = createConnection(clock);
  const onFailure = (error: unknown) => {
    if (isSignedOut(error)) session.lost();
  };
  const queries = new QueryCache({ clock, connection, isOutage, onFailure });
  const session: Session<Me> = createSession({
    getMe: async () => {
      try {
        return await control.getMe();
      } catch (error) {
        if (isSignedOut(error)) return undefined;
        throw error;
      }
    },
    logOut: () => logOut(baseUrl),
  });
  const live = createLive({ control, connection, onRefused: onFailure });
  effect(() => {
    const { status } = session.state.value;
    untracked(() => {
      live.stop();
      if (status !== 'signedIn') return;
      // What somebody else saw is not for this one.
      queries.clear();
      live.start();
    });
  });
  const username = () => {
    const state = session.state.peek();
    return state.status === 'signedIn' ? state.me.username : undefined;
  };
  return {
    clock,
    baseUrl,
    router: createRouter(prefix, window),
    session,
    connection,
    control,
    cc: createCc({ baseUrl, clock, username }),
    live,
    queries,
    notices: createNotices(clock),
  };
}
