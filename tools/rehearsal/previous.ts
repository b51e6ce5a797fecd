import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, runWell } from '../matrix/command.js';
import { readJson, type JsonObject, isObject } from '../repo/json.js';
import type { Registry } from './registry.js';
import type { Release } from './steps.js';

/** The folders from which the versions before `next` are published. */
export interface PreviousOptions {
  /** As the checkout has them, before they got their next version. */
  before: readonly Release[];
  next: readonly Release[];
  /** Tags of the checkout's repository, such as `@moorline/core@0.2.0`. */
  tags: ReadonlySet<string>;
  folder: string;
  registry: Registry;
  signal: AbortSignal;
}

/**
 * Publishes what came before, so that there is something to move from: the published files where that version was released (its tag
 * says so), else the files of this release under the version that the checkout still has.
 *
 * @returns false when no version changes.
 */
export async function publishPrevious(options: PreviousOptions): Promise<boolean> {
  const { before, next, folder, registry, signal } = options;
  const changed = before.filter((old) => next.some((one) => one.name === old.name && one.version !== old.version));
  if (changed.length === 0) return false;
  const [command, ...args] = npm();
  for (const old of changed) {
    const cwd = join(folder, old.name);
    mkdirSync(cwd, { recursive: true });
    const wasReleased = options.tags.has(`${old.name}@${old.version}`);
    if (wasReleased) await fetchReleased(old, cwd, signal);
    else stageAs(old, cwd);
    const source = wasReleased ? `${cwd}/package` : cwd;
    const env = { NPM_CONFIG_USERCONFIG: registry.publisher };
    const publish = ['publish', '--tag', 'latest', '--access', 'public', '--ignore-scripts'];
    await runWell(command, [...args, ...publish], { cwd: source, env, signal });
  }
  return true;
}

async function fetchReleased({ name, version }: Release, cwd: string, signal: AbortSignal): Promise<void> {
  const [command, ...args] = npm();
  const printed = await runWell(command, [...args, 'pack', '--silent', `${name}@${version}`], { cwd, signal });
  await runWell('tar', ['-xzf', printed.at(-1) ?? ''], { cwd, signal });
}

/** The files of this release with the version and the ranges of the one before. */
function stageAs({ version, stage, dependencies }: Release, cwd: string): void {
  rmSync(cwd, { recursive: true, force: true });
  cpSync(stage, cwd, { recursive: true });
  const manifest = readJson(join(stage, 'package.json'));
  const old = { ...manifest, version, dependencies: oldRanges(manifest, dependencies) };
  writeFileSync(join(cwd, 'package.json'), JSON.stringify(old));
}

function oldRanges(manifest: JsonObject, before: Readonly<Record<string, string>>): Record<string, unknown> {
  const now = isObject(manifest['dependencies']) ? manifest['dependencies'] : {};
  return Object.fromEntries(Object.entries(now).map(([name, range]) => [name, before[name] ?? range]));
}
