import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { budgetsOf } from '../gates/bundles.js';
import { type ReadmeSection, readmeSections } from '../testenv/readme.js';
import type { PackageFacts } from './package-facts.js';
import { formatTable, type MarkdownTable, tablesIn } from './tables.js';

/** What the section "Size" shows of `etc/size-budget.json`. */
const sizeTable = (budgets: Readonly<Record<string, number>>): MarkdownTable => ({
  header: ['entry', 'at most'],
  rows: Object.entries(budgets).map(([entry, bytes]) => [
    `\`${entry}\``,
    `${(Math.ceil(bytes / 100) / 10).toFixed(1)} kB`,
  ]),
});

export function sizeProblems({ lines }: ReadmeSection, { budgets }: PackageFacts): string[] {
  const wanted = sizeTable(budgets);
  if (wanted.rows.length === 0) return [];
  const [found] = tablesIn(lines);
  if (found === undefined)
    return [`no table; begin it with "| ${wanted.header.join(' | ')} |", npm run api:update fills it`];
  if (JSON.stringify(found) === JSON.stringify(wanted)) return [];
  return ['its table is not that of etc/size-budget.json; npm run api:update'];
}

/** Each runtime dependency has a line that says what for, and nothing else has one. */
export function dependencyProblems({ lines }: ReadmeSection, { dependencies }: PackageFacts): string[] {
  const listed = lines.flatMap(
    (line) => /^- ((?:`[^`]+`(?:, | and )?)+)/.exec(line)?.[1]?.match(/[^`]+(?=`(?:,| |$))/g) ?? [],
  );
  const missing = dependencies.filter((name) => !listed.includes(name));
  const foreign = listed.filter((name) => !dependencies.includes(name));
  return [
    ...missing.map(
      (name) => `no line "- \`${name}\`: what for"; it is installed with this package, or an optional peer`,
    ),
    ...foreign.map((name) => `\`${name}\` is no dependency of this package; take its line out`),
  ];
}

/** Writes the table of sizes into a package's README, where that has the section. @param folder of the package. */
export function updateSizeTable(folder: string): void {
  const path = join(folder, 'README.md');
  const table = sizeTable(budgetsOf(join(folder, 'etc')));
  if (table.rows.length === 0 || !existsSync(path)) return;
  const markdown = readFileSync(path, 'utf8');
  const section = readmeSections(markdown).find(({ heading }) => heading === 'Size');
  const start = section?.lines.findIndex((line) => line.startsWith('|')) ?? -1;
  if (section === undefined || start === -1) return;
  const length = section.lines.slice(start).findIndex((line) => !line.startsWith('|'));
  const lines = markdown.split('\n');
  lines.splice(section.line + start, length, ...formatTable(table));
  writeFileSync(path, lines.join('\n'));
}
