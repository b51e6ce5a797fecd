import type { JobState } from '@moorline/control-api';
import { Badge, type Tone } from './badge.js';

const looks: Record<JobState, { tone: Tone; word: string }> = {
  running: { tone: 'busy', word: 'running' },
  completed: { tone: 'good', word: 'completed' },
  failed: { tone: 'bad', word: 'failed' },
  node_fail: { tone: 'bad', word: 'node failed' },
  boot_fail: { tone: 'bad', word: 'boot failed' },
  out_of_memory: { tone: 'bad', word: 'out of memory' },
  timeout: { tone: 'warn', word: 'timed out' },
  deadline: { tone: 'warn', word: 'deadline' },
  preempted: { tone: 'warn', word: 'preempted' },
  cancelled: { tone: 'idle', word: 'cancelled' },
  suspended: { tone: 'idle', word: 'suspended' },
  pending: { tone: 'idle', word: 'pending' },
};

/** The word for a job's state. */
export const jobStateWord = (state: JobState): string => looks[state].word;
/** How a job's state is meant. */
export const jobStateTone = (state: JobState): Tone => looks[state].tone;

/** A job's state: word, shape and colour. */
export function JobStateBadge({ state }: { state: JobState }) {
  return <Badge tone={looks[state].tone}>{looks[state].word}</Badge>;
}
