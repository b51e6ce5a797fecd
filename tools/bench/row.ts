import { isObject } from '../repo/json.js';

/** A row as it is printed and as it stands in the JSON copy. */
export interface Row {
  name: string;
  unit?: string;
  ours?: number;
  peer?: { name: string; value: number };
  ratio?: number;
  goal?: string;
  met?: boolean;
  notAvailable?: string;
}

/** @throws Error for a line that `report` or `notAvailable` did not write. */
export function parseRow(line: string): Row {
  const value: unknown = JSON.parse(line);
  if (isRow(value)) return value;
  throw new Error(`not a row of a benchmark: ${line}`);
}

function isRow(value: unknown): value is Row {
  if (!isObject(value) || typeof value['name'] !== 'string') return false;
  return (
    typeof value['notAvailable'] === 'string' ||
    (typeof value['ours'] === 'number' && typeof value['unit'] === 'string')
  );
}

/** Aligned columns: name, ours, peer, ratio, goal. */
export function formatRow(row: Row): string {
  const name = row.name.padEnd(44);
  if (row.notAvailable !== undefined) return `${name}  not available: ${row.notAvailable}`;
  const ours = `${formatNumber(row.ours ?? NaN)} ${row.unit ?? ''}`.padStart(20);
  const ratio = (row.ratio === undefined ? '' : `${formatNumber(row.ratio)} ×`).padStart(10);
  const peer = row.peer === undefined ? '' : `of ${row.peer.name} (${formatNumber(row.peer.value)})`;
  const goal = row.goal === undefined ? '' : `  goal ${row.goal}: ${row.met === true ? 'met' : 'MISSED'}`;
  return `${name}  ${ours}  ${ratio}  ${peer}${goal}`.trimEnd();
}

/** Three significant digits, thousands grouped: `1,230,000`, `12.3`, `0.00123`. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
