import type { Cell, Outcome } from './cell.js';

/** The matrix as Markdown: a line for each environment, a column for each program, and the notes below. */
export function formatTable(cells: readonly Cell[], titles: ReadonlyMap<string, string>): string {
  const rows = [...new Set(cells.map(({ row }) => row))];
  const programs = [...new Set(cells.map(({ program }) => program))];
  const notes = new Map<string, number>();
  const lines = rows.map((row) => {
    const marks = programs.map((program) =>
      mark(
        cells.find((cell) => cell.row === row && cell.program === program),
        notes,
      ),
    );
    return [row, ...marks];
  });
  const header = ['', ...programs];
  const widths = header.map((text, column) =>
    Math.max(3, text.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const format = (line: readonly string[]) => `| ${line.map((text, at) => text.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [
    format(header),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...lines.map(format),
    '',
    `✔ passed, ✖ failed, – not available; the number is that of a note.`,
    ...(notes.size > 0 ? ['', ...Array.from(notes, ([note, number]) => `${number}. ${note}`)] : []),
    '',
    ...rows.map((row) => `- ${row}: ${titles.get(row) ?? row}`),
    '',
    formatCounts(cells),
    '',
  ].join('\n');
}

/** `171 passed (160 of them before, unchanged), 0 failed, 31 not available` */
export function formatCounts(cells: readonly Cell[]): string {
  const count = (status: Outcome['status']) => cells.filter(({ outcome }) => outcome.status === status).length;
  const kept = cells.filter(({ isKept }) => isKept).length;
  const before = kept > 0 ? ` (${kept} of them before, unchanged)` : '';
  return `${count('pass')} passed${before}, ${count('fail')} failed, ${count('unavailable')} not available`;
}

/** A note is written once, however many cells have it. */
function mark(cell: Cell | undefined, notes: Map<string, number>): string {
  if (cell === undefined) return '';
  const { outcome } = cell;
  if (outcome.status === 'pass') return '✔';
  const note = `${outcome.status === 'fail' ? 'failed: ' : ''}${outcome.reason}`;
  const number = notes.get(note) ?? notes.size + 1;
  notes.set(note, number);
  return `${outcome.status === 'fail' ? '✖' : '–'} ${number}`;
}
