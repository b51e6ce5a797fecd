/** A stated goal: a bound on the ratio to the peer (unit `×`) or on our own value (the row's unit). */
export interface Goal {
  atLeast: boolean;
  value: number;
  isRatio: boolean;
}

/**
 * Reads `≥ 0.5 ×` (of the peer) or `≤ 20 ms` (the row's own unit).
 *
 * @throws RangeError for any other text, a goal that nobody can check being worse than none.
 */
export function parseGoal(text: string, unit: string): Goal {
  const match = /^(≥|≤) (\d+(?:\.\d+)?) (\S.*)$/.exec(text);
  const [, sign, value, of] = match ?? [];
  if (of === undefined || (of !== '×' && of !== unit)) {
    throw new RangeError(`goal ${JSON.stringify(text)}: expected "≥ 0.5 ×" or "≤ 20 ${unit}"`);
  }
  return { atLeast: sign === '≥', value: Number(value), isRatio: of === '×' };
}

/** @throws RangeError when the goal is a ratio and there is no peer. */
export function meetsGoal(goal: Goal, ours: number, ratio: number | undefined): boolean {
  const value = goal.isRatio ? ratio : ours;
  if (value === undefined) throw new RangeError('a goal in × needs a peer');
  return goal.atLeast ? value >= goal.value : value <= goal.value;
}
