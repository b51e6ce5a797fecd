/**
 * Minima and maxima of a series at several resolutions, so that a plot of any zoom reads about as many numbers as it has
 * pixels. Level 0 is the series itself; an entry of the next level covers four of the level below. Together the levels
 * above take a third of the series' own memory.
 */
export interface Level {
  /** Values of the series that one entry covers. */
  readonly span: number;
  /** NaN where all that is covered is. */
  readonly lows: Float64Array;
  readonly highs: Float64Array;
}

/** Few entries are cheaper to read than to sum up again. */
const smallest = 64;

export function buildPyramid(lows: Float64Array, highs: Float64Array): readonly Level[] {
  const levels: Level[] = [];
  let level: Level = { span: 1, lows, highs };
  for (;;) {
    levels.push(level);
    if (level.lows.length <= smallest) return levels;
    level = coarser(level);
  }
}

/** The coarsest level that still has `perColumn` entries for each `columnSpan` values. */
export function levelFor(levels: readonly Level[], columnSpan: number, perColumn: number): Level | undefined {
  let chosen = levels[0];
  for (const level of levels) {
    if (level.span * perColumn > columnSpan) break;
    chosen = level;
  }
  return chosen;
}

function coarser({ span, lows, highs }: Level): Level {
  const length = Math.ceil(lows.length / 4);
  const nextLows = new Float64Array(length);
  const nextHighs = new Float64Array(length);
  for (let entry = 0; entry < length; entry++) {
    const end = Math.min(entry * 4 + 4, lows.length);
    let low = Number.NaN;
    let high = Number.NaN;
    for (let index = entry * 4; index < end; index++) {
      const nextLow = lows[index] ?? Number.NaN;
      const nextHigh = highs[index] ?? Number.NaN;
      // Written so that a NaN on the left gives way and one on the right is passed over.
      if (!(low <= nextLow) && nextLow === nextLow) low = nextLow;
      if (!(high >= nextHigh) && nextHigh === nextHigh) high = nextHigh;
    }
    nextLows[entry] = low;
    nextHighs[entry] = high;
  }
  return { span: span * 4, lows: nextLows, highs: nextHighs };
}
