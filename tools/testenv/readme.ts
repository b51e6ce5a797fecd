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
