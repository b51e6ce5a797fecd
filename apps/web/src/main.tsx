import { systemClock } from '@moorline/core';
import { render } from 'preact';
import './ui/theme.css';
import { createConnection } from './api/connection.js';
import { QueryCache } from './api/query-cache.js';
import { createSession } from './api/session.js';
import type { App } from './app-context.js';
import { PageRoot } from './page-root.js';
import { createRouter } from './routing/router.js';
import { createNotices } from './ui/notices.js';
import { startPreferences } from './ui/preferences.js';

/** This file is `<prefix>/assets/….js` when built and `/src/main.tsx` in development: either way the page lies one folder up. */
const prefix = new URL(/* @vite-ignore */ '..', import.meta.url).pathname;

startPreferences(window);
const clock = systemClock;
const connection = createConnection(clock);
const session = createSession({
  getMe: async () => undefined,
  logOut: async () => undefined,
  onSignedOut: () => queries.clear(),
});
const queries = new QueryCache({ clock, connection, isOutage: () => false });
const app: App = {
  clock,
  router: createRouter(prefix, window),
  session,
  connection,
  queries,
  notices: createNotices(clock),
};
void session.read();
const root = document.getElementById('page');
if (root !== null) render(<PageRoot app={app} />, root);
