import type { NodeState, NodeStateRow } from '@moorline/control-api';

/** A time during which a node was in one state. */
export interface StateSpan {
  state: NodeState;
  /** Unix seconds. */
  from: number;
  to: number;
}

/**
 * The states of a window as spans without gaps between them: each report holds until the next one. Before the first report nothing is
 * known, so nothing is drawn.
 *
 * @param states the newest first, as the server lists them; the last one may be from before the window.
 */
export function stateSpans(
  states: readonly Pick<NodeStateRow, 'state' | 'time'>[],
  window: { from: number; to: number },
): StateSpan[] {
  const spans: StateSpan[] = [];
  let to = window.to;
  for (const { state, time } of states) {
    const from = Math.max(time, window.from);
    const later = spans.at(-1);
    if (from < to) {
      if (later?.state === state) later.from = from;
      else spans.push({ state, from, to });
      to = from;
    }
    if (time <= window.from) break;
  }
  return spans.reverse();
}

/** How long each state lasted in all, the longest first. */
export function stateTotals(spans: readonly StateSpan[]): { state: NodeState; seconds: number }[] {
  const totals = new Map<NodeState, number>();
  for (const { state, from, to } of spans) totals.set(state, (totals.get(state) ?? 0) + to - from);
  return [...totals].map(([state, seconds]) => ({ state, seconds })).sort((a, b) => b.seconds - a.seconds);
}
