import { join } from 'node:path';
import { runGroup } from '../process/run-group.js';
import { root } from '../repo/root.js';
import type { Workspace } from '../repo/workspaces.js';
import type { TaskOutcome } from './nx-output.js';

/** Lint and types of the given projects: `npm run check`, in a child of its own, which may use more memory than this one. */
export async function runSourceChecks(
  projects: readonly Workspace[],
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<TaskOutcome[]> {
  const outcomes: TaskOutcome[] = [];
  const onLine = (line: string) => {
    const outcome = parseSourceOutcome(line);
    if (outcome !== undefined) outcomes.push(outcome);
    print(line);
  };
  const args = ['--max-old-space-size=4096', join(root, 'tools/check.mjs'), ...projects.map(({ path }) => path)];
  const code = await runGroup(process.execPath, args, { cwd: root, signal, onLine });
  if (code !== 0 && outcomes.every(({ status }) => status === 'passed')) {
    outcomes.push({ project: '(check)', target: `exit code ${code}`, status: 'failed' });
  }
  return outcomes;
}

/** The outcome that a line of `npm run check` tells: `✔ @moorline/core:lint`. */
export function parseSourceOutcome(line: string): TaskOutcome | undefined {
  const [, mark, project, target] = /^([✔✖]) (@?[^\s:]+):(lint|typecheck)$/.exec(line) ?? [];
  if (project === undefined || target === undefined) return undefined;
  return { project, target, status: mark === '✔' ? 'passed' : 'failed' };
}
