/** A table of a Markdown text, its cells without the blanks around them. */
export interface MarkdownTable {
  header: string[];
  rows: string[][];
}

/** The tables of a text, in their order. A `\|` is a bar within a cell. */
export function tablesIn(lines: readonly string[]): MarkdownTable[] {
  const tables: MarkdownTable[] = [];
  for (const [index, line] of lines.entries()) {
    if (!/^\|[\s:|-]+\|$/.test(line)) continue;
    const end = lines.findIndex((other, at) => at > index && !other.startsWith('|'));
    const rows = lines.slice(index + 1, end === -1 ? undefined : end).map(cellsOf);
    tables.push({ header: cellsOf(lines[index - 1] ?? ''), rows });
  }
  return tables;
}

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));

/** A table as prettier writes it: a row a line, columns of one width. */
export function formatTable({ header, rows }: MarkdownTable): string[] {
  const all = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = header.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
  const lineOf = (row: readonly string[]) =>
    `| ${widths.map((width, at) => (row[at] ?? '').padEnd(width)).join(' | ')} |`;
  const [top = '', ...rest] = all.map(lineOf);
  return [top, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest];
}
