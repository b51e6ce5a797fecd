import { readFileSync } from 'node:fs';

/** One fenced code block of a Markdown file. */
export interface Example {
  /** The word after the fence: `ts`, `sh`, `json`; empty without one. */
  language: string;
  code: string;
  /** Of the code's first line in the file, from 1. */
  line: number;
}

/**
 * The code blocks of a README, for tests that run or type-check what it shows.
 *
 * @throws Error when a fence is never closed: all that follows would silently be no text any more.
 */
export function readmeExamples(path: string): Example[] {
  const examples: Example[] = [];
  let open: { fence: string; example: Example; indent: number } | undefined;
  for (const [index, line] of readFileSync(path, 'utf8').split('\n').entries()) {
    const [, indent = '', fence, info = ''] = /^(\s*)(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (open === undefined) {
      if (fence === undefined) continue;
      const language = info.trim().split(/\s+/)[0] ?? '';
      open = { fence, indent: indent.length, example: { language, code: '', line: index + 2 } };
    } else if (fence?.startsWith(open.fence) === true && info.trim() === '') {
      examples.push(open.example);
      open = undefined;
    } else {
      open.example.code += `${line.slice(Math.min(open.indent, line.search(/\S|$/)))}\n`;
    }
  }
  if (open !== undefined) throw new Error(`${path}:${open.example.line - 1}: the code block is never closed`);
  return examples;
}

/** A heading of the second level and what stands below it, up to the next one. */
export interface ReadmeSection {
  /** Without its `## `; empty for what stands before the first one. */
  heading: string;
  /** Of the heading in the file, from 1. */
  line: number;
  lines: string[];
}

/** The parts of a README. A `##` within a code block begins none. */
export function readmeSections(markdown: string): ReadmeSection[] {
  let section: ReadmeSection = { heading: '', line: 1, lines: [] };
  const sections = [section];
  let fence = '';
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, marks = ''] = /^\s*(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === '') fence = marks;
    else if (marks.startsWith(fence)) fence = '';
    const [, heading] = (fence === '' ? /^## (.+)$/.exec(line) : undefined) ?? [];
    if (heading === undefined) {
      section.lines.push(line);
    } else {
      section = { heading, line: index + 1, lines: [] };
      sections.push(section);
    }
  }
  return sections;
}

/** What a README says below one of its headings. @throws Error when it has no such heading. */
export function readmeSection(path: string, heading: string): string {
  const found = readmeSections(readFileSync(path, 'utf8')).find((section) => section.heading === heading);
  if (found === undefined) throw new Error(`${path}: no section "${heading}"`);
  return found.lines.join('\n');
}

/** The words in backticks of the first column of a README's tables below a heading: what its table of errors lists. */
export function firstColumn(path: string, heading: string): string[] {
  return [...readmeSection(path, heading).matchAll(/^\| `([^`|]+)`/gm)].flatMap(([, word]) => word ?? []);
}
