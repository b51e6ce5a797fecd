import type { ControlClient, Me } from '@moorline/control-api';
import type { Clock } from '@moorline/core';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { LoadCc } from './api/cc.js';
import type { Connection } from './api/connection.js';
import type { Live } from './api/live.js';
import type { QueryCache } from './api/query-cache.js';
import type { Session } from './api/session.js';
import type { Router } from './routing/router.js';
import type { Notices } from './ui/notices.js';

/** What all views share. */
export interface App {
  clock: Clock;
  /** Where the page and the server's APIs are, without a slash at its end: `https://cp.example/moorline`. */
  baseUrl: string;
  router: Router;
  session: Session<Me>;
  connection: Connection;
  /** Moorline's own API, with the session's cookie. Views read through `useQuery`. */
  control: ControlClient;
  /** ClusterCockpit's API, for what only it has. */
  cc: LoadCc;
  /** What happens while one looks; components listen by `useLive`. */
  live: Live;
  /** The server's answers; views use them through `useQuery`. */
  queries: QueryCache;
  /** Short messages to the person, seen and read out. */
  notices: Notices;
}

export const AppContext = createContext<App | undefined>(undefined);

/** @throws Error outside of the page's frame. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error('no AppContext around this component');
  return app;
}
