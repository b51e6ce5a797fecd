import type { NodeRow } from '@moorline/control-api';

/**
 * What the page says of a node, the worst first: the scheduler's state, unless nothing was heard for so long that the
 * last state says nothing any more.
 */
export const nodeStatuses = ['down', 'silent', 'unknown', 'mixed', 'allocated', 'reserved', 'idle', 'absent'] as const;

export type NodeStatus = (typeof nodeStatuses)[number];

/** Schedulers and agents report within a minute: five that did not come are no coincidence. Milliseconds. */
const silentAfterMs = 5 * 60_000;

/** @param at the server's time, Unix milliseconds: that of the reader's clock may be wrong. */
export function statusOf(node: NodeRow, at: number): NodeStatus {
  const { state } = node;
  // The scheduler speaks for a node that is down; such a node is not expected to speak.
  if (state === 'down') return 'down';
  const heard = lastHeard(node);
  if (heard === undefined) return 'absent';
  if (at - heard > silentAfterMs) return 'silent';
  return isNodeStatus(state) ? state : 'unknown';
}

/** When anything came from or about the node, Unix milliseconds: a state, or the sample of a metric. */
export function lastHeard({ reportedAt, metrics }: NodeRow): number | undefined {
  const times = Object.values(metrics).map(({ time }) => time * 1000);
  if (reportedAt !== undefined) times.push(reportedAt);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** Whether jobs run on it: only then do metrics of which more is better say anything. */
export function isBusy(node: NodeRow, status: NodeStatus): boolean {
  return status === 'allocated' || status === 'mixed' || (node.jobsRunning ?? 0) > 0;
}

function isNodeStatus(word: string | undefined): word is NodeStatus {
  return nodeStatuses.some((status) => status === word);
}

/** How a status is shown: a sign beside the colour, and what it means. */
export const statusFacts: Readonly<Record<NodeStatus, { label: string; sign: string; meaning: string }>> = {
  down: { label: 'Down', sign: '✕', meaning: 'the scheduler cannot use it' },
  silent: { label: 'Silent', sign: '!', meaning: 'reported before, but not for five minutes' },
  unknown: { label: 'Unknown', sign: '?', meaning: 'reports, but in no state that is known' },
  mixed: { label: 'Mixed', sign: '◐', meaning: 'jobs have a part of it' },
  allocated: { label: 'Allocated', sign: '●', meaning: 'jobs have all of it' },
  reserved: { label: 'Reserved', sign: '◆', meaning: 'kept free for a reservation' },
  idle: { label: 'Idle', sign: '○', meaning: 'free' },
  absent: { label: 'Never reported', sign: '–', meaning: 'in the description of the cluster, but never heard of' },
};

/** What the server makes of the node's metrics, the worst first. */
export const nodeHealths = ['failed', 'partial', 'full', 'unsaid'] as const;

export type HealthStatus = (typeof nodeHealths)[number];

export function healthOf({ health }: NodeRow): HealthStatus {
  return nodeHealths.find((known) => known === health) ?? 'unsaid';
}

/** How a health is shown. */
export const healthFacts: Readonly<Record<HealthStatus, { label: string; sign: string; meaning: string }>> = {
  failed: { label: 'Failed', sign: '✕', meaning: 'none of its metrics arrives' },
  partial: { label: 'Partial', sign: '◐', meaning: 'some of its metrics do not arrive' },
  full: { label: 'Full', sign: '●', meaning: 'all of its metrics arrive' },
  unsaid: { label: 'Not known', sign: '–', meaning: 'nothing was reported' },
};
