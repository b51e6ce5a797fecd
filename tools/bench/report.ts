import { appendFileSync } from 'node:fs';
import { meetsGoal, parseGoal } from './goal.js';
import { formatRow, type Row } from './row.js';

/** One result of a benchmark. */
export interface BenchReport {
  /** What was measured, a few words. */
  name: string;
  /** Of both values: `lines/s`, `ms`, `MB`, … */
  unit: string;
  ours: number;
  /** What ours is measured against: another implementation, or a bound (raw socket, memcpy) measured in the same run. */
  peer?: { name: string; value: number };
  /** `≥ 0.5 ×` or `≤ 2 ×` of the peer, or of our own value: `≤ 20 ms`. */
  goal?: string;
}

/** A result that could not be had on this machine. */
export interface NotAvailable {
  name: string;
  /** What is missing and how to get it. */
  reason: string;
}

/**
 * Prints one row, with the ratio to the peer and whether the goal is met, and appends it as a line of JSON to the file
 * that `MOORLINE_BENCH_JSON` names.
 *
 * @returns the ratio, where there is a peer.
 * @throws RangeError for a goal that cannot be read or checked.
 */
export function report(result: BenchReport): number | undefined {
  const { name, unit, ours, peer, goal } = result;
  const ratio = peer === undefined ? undefined : ours / peer.value;
  const row: Row = { name, unit, ours };
  if (peer !== undefined) Object.assign(row, { peer, ratio });
  if (goal !== undefined) Object.assign(row, { goal, met: meetsGoal(parseGoal(goal, unit), ours, ratio) });
  emit(row);
  return ratio;
}

/** Prints and appends a row that says why there is no result. */
export function notAvailable({ name, reason }: NotAvailable): void {
  emit({ name, notAvailable: reason });
}

function emit(row: Row): void {
  process.stdout.write(`${formatRow(row)}\n`);
  const file = process.env['MOORLINE_BENCH_JSON'];
  if (file !== undefined && file !== '') appendFileSync(file, `${JSON.stringify(row)}\n`);
}
