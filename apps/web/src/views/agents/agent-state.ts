import type { MachineRow } from '@moorline/control-api';

/** What wants a look on an agent. */
export const concerns = ['stale', 'backlog', 'disconnected'] as const;

export type Concern = (typeof concerns)[number];

/** An agent reports and renews its token more often than this. Milliseconds. */
const staleAfterMs = 5 * 60_000;

/** A spool empties within seconds while the server answers; what waits longer is stuck. Milliseconds. */
const oldBacklogMs = 10 * 60_000;

/** @param now Unix milliseconds. */
export function concernsOf(machine: MachineRow, now: number): Concern[] {
  const heard = lastHeardOf(machine);
  const { spool, connections } = machine;
  const found: Concern[] = [];
  const isConnected = connections.session !== undefined;
  if (!isConnected && now - heard > staleAfterMs) found.push('stale');
  if (spool?.oldestAt !== undefined && spool.entries > 0 && now - spool.oldestAt > oldBacklogMs) found.push('backlog');
  if (!isConnected) found.push('disconnected');
  return found;
}

/** When the server last heard of the agent, Unix milliseconds: at the latest when it enrolled or logged in. */
export function lastHeardOf({ lastSeenAt, lastLoginAt, reportedAt }: MachineRow): number {
  return Math.max(lastSeenAt ?? 0, lastLoginAt, reportedAt ?? 0);
}

/** How a concern is shown. */
export const concernFacts: Readonly<Record<Concern, { label: string; meaning: string }>> = {
  stale: { label: 'Stale', meaning: 'no connection, and not heard of for five minutes' },
  backlog: { label: 'Backlog', meaning: 'data waits on its disk for more than ten minutes' },
  disconnected: { label: 'No session', meaning: 'the server cannot reach it at this moment' },
};

/** The three ways in which an agent is connected, and what each is for. */
export const connectionFacts = {
  session: { label: 'Session', meaning: 'the server can ask the agent: facts, settings, diagnostics' },
  api: { label: 'API', meaning: 'the agent follows its settings at the controller' },
  rpc: { label: 'RPC', meaning: "the server can call the agent's repository daemon" },
} as const;

export const connectionNames = ['session', 'api', 'rpc'] as const satisfies readonly (keyof typeof connectionFacts)[];
