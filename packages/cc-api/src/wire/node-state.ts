import type { SchedulerState } from './models/vocabulary.js';

/**
 * The one state that the scheduler's words for a node come to (docs/protocol.md §3.8): words in any case, the strongest
 * known one wins, `down` beats `idle` only where both are there.
 */
export function strongestState(words: readonly string[]): SchedulerState {
  const known = new Set(words.map((word) => word.toLowerCase()));
  const strongest = byStrength.find((state) => known.has(state)) ?? 'unknown';
  return strongest === 'idle' && known.has('down') ? 'down' : strongest;
}

const byStrength: readonly SchedulerState[] = ['allocated', 'reserved', 'idle', 'down', 'mixed'];
