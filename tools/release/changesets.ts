import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readJson } from '../repo/json.js';

/** What a release will tell users, one file of `.changeset/`. */
export interface Changeset {
  /** Relative to the repository: `.changeset/core.md`. */
  path: string;
  /** The packages that it is about. */
  packages: string[];
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
    packages: packagesOf(readFileSync(join(folder, name), 'utf8')),
  }));
}

/** The names in a changeset's front matter: `'@moorline/core': minor`. */
export function packagesOf(text: string): string[] {
  const [, matter = ''] = /^---\n([\s\S]*?)\n?---/.exec(text) ?? [];
  return Array.from(
    matter.matchAll(/^["']?([^"'\s:]+)["']?\s*:\s*(?:major|minor|patch)\s*$/gm),
    ([, name = '']) => name,
  );
}
