import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../repo/root.js';

/** What a page says in backticks that looks like a path of this repository. */
const pathsIn = (page: string): string[] =>
  [...page.matchAll(/`((?:packages|apps|tools|e2e|examples)\/[\w./-]+)`/g)].flatMap(([, path]) => path ?? []);

describe.each(['README.md', 'AGENTS.md', 'CONTRIBUTING.md', 'docs/architecture.md'])('%s', (name) => {
  const page = readFileSync(join(root, name), 'utf8');

  it('names only places that exist', () => {
    expect(pathsIn(page).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('links only to places that exist', () => {
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)/g)].flatMap(([, link]) => link ?? []);
    expect(links.filter((link) => !existsSync(join(root, name, '..', link)))).toEqual([]);
  });
});

describe('AGENTS.md', () => {
  it('answers "where would I change X?" for ten X and more, each in one line', () => {
    const [, table = ''] =
      /## Where would I change[\s\S]*?\n((?:\|.*\n)+)/.exec(readFileSync(join(root, 'AGENTS.md'), 'utf8')) ?? [];
    const rows = table
      .split('\n')
      .slice(2)
      .filter((row) => pathsIn(row).length > 0);
    expect(rows.length).toBeGreaterThanOrEqual(10);
  });
});
