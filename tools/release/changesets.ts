import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readJson } from '../repo/json.js';
import type { Bump } from './api-change.js';

/** What a release will tell users, one file of `.changeset/`. */
export interface Changeset {
  /** Relative to the repository: `.changeset/core.md`. */
  path: string;
  /** The packages that it is about, and how much each of them changes. */
  bumps: ReadonlyMap<string, Bump>;
}

/** The changesets that wait for a release. In a pre-release those that an earlier one has told of stay where they are, and do not wait. */
export function pendingChangesets(root: string): Changeset[] {
  const folder = join(root, '.changeset');
  const pre = join(folder, 'pre.json');
  const told: unknown = existsSync(pre) ? readJson(pre)['changesets'] : [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');
  const waiting = files.filter((name) => !(Array.isArray(told) && told.includes(basename(name, '.md'))));
  return waiting.map((name) => ({
    path: `.changeset/${name}`,
    bumps: bumpsOf(readFileSync(join(folder, name), 'utf8')),
  }));
}

/** The names and bumps in a changeset's front matter: `'@moorline/core': minor`. */
export function bumpsOf(text: string): Map<string, Bump> {
  const [, matter = ''] = /^---\n([\s\S]*?)\n?---/.exec(text) ?? [];
  const lines = matter.matchAll(/^["']?([^"'\s:]+)["']?\s*:\s*(major|minor|patch)\s*$/gm);
  return new Map(Array.from(lines, ([, name = '', bump = '']) => [name, bump as Bump]));
}
