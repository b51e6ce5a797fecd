import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFolder } from '../../../../tools/testenv/shared.js';

/** What was captured of the real Flux; undefined where the reference files are absent. */
export const captureFolder = ((): string | undefined => {
  const shared = sharedFolder();
  const folder = shared === undefined ? undefined : join(shared, 'vectors', 'rpc-versioned');
  return folder !== undefined && existsSync(folder) ? folder : undefined;
})();

/** Lines of one capture; none where the files are absent, so that tests over them are skipped. */
export function readCapture(name: string): string[] {
  if (captureFolder === undefined) return [];
  return readFileSync(join(captureFolder, name), 'utf8').split('\n');
}

/** A capture's lines, in parts that begin with a line that the expression matches; what is in front is left out. */
export function sections(lines: readonly string[], heading: RegExp): { title: string; lines: string[] }[] {
  const parts: { title: string; lines: string[] }[] = [];
  for (const line of lines) {
    const [, title] = heading.exec(line) ?? [];
    if (title !== undefined) parts.push({ title, lines: [] });
    else parts.at(-1)?.lines.push(line);
  }
  return parts;
}

const quoted = /"(?:[^"\\]|\\.)*"/g;

/** The strings that stand in a line as Go quotes them. */
export function goStrings(line: string): string[] {
  return [...line.matchAll(quoted)].map(([text]) => unquote(text));
}

/** Go's `%q` is JSON but for `\x..`, `\a` and `\v`. */
function unquote(text: string): string {
  const json = text.replace(/\\(x[0-9a-f]{2}|a|v|.)/g, (all, escape: string) => {
    if (escape === 'a') return '\\u0007';
    if (escape === 'v') return '\\u000b';
    return escape.length === 3 ? `\\u00${escape.slice(1)}` : all;
  });
  return JSON.parse(json) as string;
}
