import { runGroup } from '../process/run-group.js';
import { versionOf } from '../testenv/present.mjs';

/** A system program that tests use; the table is tools/testenv/programs.mjs. */
export interface Program {
  command: string;
  version: string[];
  apt: string;
  below?: string;
  variable?: string;
}

export function missingPrograms(table: readonly Program[]): Program[] {
  return table.filter((program) => versionOf(program) === 'none');
}

/**
 * Installs programs with apt-get; only called in CI and as root.
 *
 * @throws Error when the package manager fails: in CI their tests would be skipped, which is a failure there.
 */
export async function installPrograms(missing: readonly Program[], signal: AbortSignal): Promise<void> {
  const packages = [...new Set(missing.map(({ apt }) => apt))];
  process.stdout.write(`Installing system programs: ${packages.join(', ')}\n`);
  const options = { cwd: '/', signal, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    const code = await runGroup('apt-get', args, options);
    if (code !== 0) throw new Error(`apt-get ${args.join(' ')} failed (exit code ${code})`);
  }
}
