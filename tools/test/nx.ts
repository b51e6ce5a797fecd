import { runGroup } from '../process/run-group.js';
import { bin, root } from '../repo/root.js';
import type { Workspace } from '../repo/workspaces.js';
import { NxOutput, type TaskOutcome } from './nx-output.js';

/** Targets of Nx: the npm scripts of that name, in every project that has one. */
export type Target = 'build' | 'pack:check' | 'api:check' | 'test';

/** No daemon, no terminal program, no network: the same run everywhere. */
const environment = { NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' };

/**
 * Runs targets of the given projects through Nx, cached.
 *
 * @param parallel tasks at a time
 * @returns the outcome of every task, those of projects that were built on the way included.
 */
export async function runChecks(
  projects: readonly Workspace[],
  targets: readonly Target[],
  parallel: number,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<TaskOutcome[]> {
  const output = new NxOutput();
  const names = projects.map(({ name }) => name);
  const args = ['run-many', '-t', ...targets, `--parallel=${parallel}`, '-p', ...names];
  const onLine = (line: string, coloured: string) => {
    output.line(line);
    print(process.stdout.isTTY ? coloured : line);
  };
  const code = await runGroup(process.execPath, [bin('nx'), ...args], { cwd: root, env: environment, signal, onLine });
  const isExplained = output.outcomes.some(({ status }) => status !== 'passed');
  if (code !== 0 && !isExplained)
    output.outcomes.push({ project: '(nx)', target: `exit code ${code}`, status: 'failed' });
  return output.outcomes;
}
