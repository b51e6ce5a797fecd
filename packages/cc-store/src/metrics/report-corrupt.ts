import type { Logger } from '@moorline/core';

/** Is told of each row that cannot be read, with its table and number; the others are answered. */
export type ReportCorrupt = (what: 'journal row' | 'chunk' | 'rollup', id: number) => void;

/** Counts and logs them. */
export function createReportCorrupt(stats: { corrupt: number }, logger: Logger): ReportCorrupt {
  return (what, id) => {
    stats.corrupt += 1;
    logger.error({ [what]: id }, `a ${what} of the metrics cannot be read: its samples are left out`);
  };
}
