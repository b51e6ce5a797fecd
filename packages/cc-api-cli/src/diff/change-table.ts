import type { Comparison } from './change.js';

/** The changes as a table for a person, with a line that sums them up. */
export function changeTable({ changes, breaking }: Comparison): string {
  if (changes.length === 0) return 'no changes\n';
  const rows = [
    ['', 'change', 'of', 'where', 'what'],
    ...changes.map((change) => [
      change.breaking ? 'breaking' : '',
      change.kind,
      change.subject,
      printable(change.where),
      printable(change.what),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const count = changes.length === 1 ? '1 change' : `${changes.length} changes`;
  return `${lines.join('\n')}\n\n${count}, ${breaking} breaking\n`;
}

/** A document's names may hold anything; a terminal is to show them, not to obey them. */
const printable = (text: string) => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\u{fffd}');
