import type { Spool } from '@moorline/cc-store/spool';
import { z } from 'zod';
import { AgentError } from '../agent-error.js';

/** How far a replay has come, kept in the spool together with the events. */
export interface ReplayCursor {
  /** Of the log's bytes. */
  sha256: string;
  nodes: number;
  /** Jobs that are replayed at most; null = all. */
  limit: number | null;
  /** Events (starts, stops, defects) that have gone into the spool. */
  events: number;
}

const cursorName = 'replay';

const replayCursor = z.object({
  sha256: z.string(),
  nodes: z.number().int(),
  limit: z.number().int().nullable(),
  events: z.number().int().min(0),
});

export const encodeCursor = (cursor: ReplayCursor): { name: string; value: string } => ({
  name: cursorName,
  value: JSON.stringify(cursor),
});

/**
 * Where the replay of this log goes on.
 *
 * A replay that was begun with another limit is gone through again: what the control plane knows it knows.
 *
 * @throws AgentError `log_unfit` where the spool is that of another log or of a cluster of another size;
 * `replay_damaged`.
 */
export async function findCursor(
  spool: Spool,
  wanted: Omit<ReplayCursor, 'events'>,
  cluster: string,
): Promise<ReplayCursor> {
  const stored = await spool.cursor(cursorName);
  if (stored === undefined) return { ...wanted, events: 0 };
  const begun = parseCursor(stored);
  if (begun === undefined) {
    throw new AgentError(`the place in the log that the spool of cluster ${cluster} keeps is damaged`, {
      code: 'replay_damaged',
      hint: `remove replay/${cluster}.db and the files beside it: the log is gone through again, and what the control plane has stays as it is`,
    });
  }
  if (begun.sha256 === wanted.sha256 && begun.nodes === wanted.nodes) {
    return { ...wanted, events: begun.limit === wanted.limit ? begun.events : 0 };
  }
  const what = begun.sha256 === wanted.sha256 ? `the same log on ${begun.nodes} nodes` : 'another log';
  throw new AgentError(`cluster ${cluster} was begun with ${what}`, {
    code: 'log_unfit',
    hint: 'replay this one on a cluster of its own: --cluster NAME',
  });
}

function parseCursor(text: string): ReplayCursor | undefined {
  try {
    return replayCursor.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
