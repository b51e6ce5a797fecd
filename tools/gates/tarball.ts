import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readJson } from '../repo/json.js';
import { readStaged, type StagedPackage } from './staged.js';

/** The files that `npm pack` takes, relative to the package, sorted. */
export function packedFiles({ folder }: StagedPackage): string[] {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const printed = execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [packed] = JSON.parse(printed) as [{ files: { path: string }[] }];
  return packed.files.map(({ path }) => path).sort();
}

/**
 * The list as it is recorded in `etc/files.txt`: what the bundler names after a hash is one line for each kind, so that the
 * list changes when what is published does.
 */
export function listing(files: readonly string[]): string {
  const names = files.map((file) => file.replace(/(?:[\w.]+-)*[\w.]+-[\w-]{8}(?=\.)/, '*'));
  return `${[...new Set(names)].sort().join('\n')}\n`;
}

/** What is wrong with the files that go out: tests and sources among them, maps that lead nowhere. */
export function fileProblems({ folder }: StagedPackage, files: readonly string[]): string[] {
  return files.flatMap((file) => {
    if (/(?:\.test\.|(?:^|\/)(?:src|test|bench|node_modules)\/)/.test(file))
      return [`${file} is published: it is no part of the build`];
    if (file.endsWith('.map')) return mapProblems(folder, file);
    if (/\.[cm]?js$/.test(file)) return linkProblems(folder, file, files);
    return [];
  });
}

/** A source map whose sources are neither in it nor published shows a debugger nothing. */
function mapProblems(folder: string, file: string): string[] {
  const { sources, sourcesContent } = readJson(join(folder, file));
  if (!Array.isArray(sources)) return [`${file}: no sources`];
  const texts: unknown[] = Array.isArray(sourcesContent) ? sourcesContent : [];
  const lost = sources.filter((_, index) => typeof texts[index] !== 'string');
  return lost.length === 0 ? [] : [`${file} does not carry its source ${String(lost[0])}`];
}

function linkProblems(folder: string, file: string, files: readonly string[]): string[] {
  const target = /^\/\/# sourceMappingURL=(.+)$/m.exec(readFileSync(join(folder, file), 'utf8'))?.[1];
  if (target === undefined || target.startsWith('data:')) return [];
  const map = join(dirname(file), target);
  return files.includes(map) ? [] : [`${file} names the map ${target}, which is not published`];
}

/** Writes the list of what a staged package publishes. @param folder of the package. */
export function recordFiles(folder: string): void {
  const etc = join(folder, 'etc');
  mkdirSync(etc, { recursive: true });
  writeFileSync(join(etc, 'files.txt'), listing(packedFiles(readStaged(join(folder, '.stage')))));
}

/** Whether the recorded list still says what is published. @param etc the package's `etc`. */
export function listingProblems(etc: string, files: readonly string[]): string[] {
  const path = join(etc, 'files.txt');
  if (!existsSync(path)) return ['etc/files.txt is missing: what is published is not recorded yet; npm run api:update'];
  const recorded = new Set(readFileSync(path, 'utf8').split('\n'));
  const now = new Set(listing(files).split('\n'));
  const added = [...now].filter((line) => !recorded.has(line)).map((line) => `+ ${line}`);
  const gone = [...recorded].filter((line) => !now.has(line)).map((line) => `- ${line}`);
  const lines = [...added, ...gone];
  return lines.length === 0 ? [] : [`etc/files.txt does not list what is published:\n${lines.join('\n')}`];
}
