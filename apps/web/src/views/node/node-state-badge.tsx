import type { NodeRow } from '@moorline/control-api';
import { Badge, type Tone } from '../../ui/badge.js';
import { type NodeStatus, statusFacts, statusOf } from '../cluster/node-status.js';

/** How a state of a node is meant. */
export const nodeTones: Readonly<Record<NodeStatus, Tone>> = {
  down: 'bad',
  silent: 'bad',
  unknown: 'warn',
  mixed: 'busy',
  allocated: 'busy',
  reserved: 'idle',
  idle: 'good',
  absent: 'idle',
};

/** @param props.at Unix milliseconds at which the row was read. */
export function NodeStateBadge({ node, at }: { node: NodeRow; at: number }) {
  const status = statusOf(node, at);
  return <Badge tone={nodeTones[status]}>{statusFacts[status].label.toLowerCase()}</Badge>;
}
