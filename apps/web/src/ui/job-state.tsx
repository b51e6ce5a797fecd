import type { JobState } from '@moorline/control-api';
import { Badge, type Tone } from './badge.js';

interface Look {
  tone: Tone;
  word: string;
}

/** In the order of how often one looks for them. */
const looks = new Map<JobState, Look>([
  ['running', { tone: 'busy', word: 'running' }],
  ['completed', { tone: 'good', word: 'completed' }],
  ['failed', { tone: 'bad', word: 'failed' }],
  ['timeout', { tone: 'warn', word: 'timed out' }],
  ['out_of_memory', { tone: 'bad', word: 'out of memory' }],
  ['cancelled', { tone: 'idle', word: 'cancelled' }],
  ['node_fail', { tone: 'bad', word: 'node failed' }],
  ['boot_fail', { tone: 'bad', word: 'boot failed' }],
  ['deadline', { tone: 'warn', word: 'past deadline' }],
  ['preempted', { tone: 'warn', word: 'preempted' }],
  ['suspended', { tone: 'idle', word: 'suspended' }],
  ['pending', { tone: 'idle', word: 'pending' }],
]);

export const knownJobStates: readonly JobState[] = [...looks.keys()];

/** The word for a job's state. */
export const jobStateWord = (state: JobState): string => looks.get(state)?.word ?? state;
/** How a job's state is meant. */
export const jobStateTone = (state: JobState): Tone => looks.get(state)?.tone ?? 'idle';

/** A job's state: word, shape and colour. */
export function JobStateBadge({ state }: { state: JobState }) {
  return <Badge tone={jobStateTone(state)}>{jobStateWord(state)}</Badge>;
}
