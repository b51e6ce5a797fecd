import { join, relative } from 'node:path';
import { bin, root } from '../repo/root.js';
import { runGroup } from '../process/run-group.js';
import type { ProjectSummary } from './summary.js';

/** Checks of what belongs to no project: formatting of all files, dependencies of all workspaces, what users are told, their READMEs. */
export async function checkRoot(signal: AbortSignal, print: (line: string) => void): Promise<ProjectSummary> {
  const checks: Record<string, string[]> = {
    format: [bin('prettier'), '--check', '.', '--cache', '--cache-strategy', 'content'],
    knip: [bin('knip'), '--no-progress', '--no-config-hints'],
    changesets: [join(root, 'tools/changeset-check.mjs')],
    readmes: [join(root, 'tools/readme-check.mjs')],
  };
  const summary: ProjectSummary = { name: '(root)', checks: [] };
  for (const [target, [program = '', ...args]] of Object.entries(checks)) {
    const lines: string[] = [];
    const options = { cwd: root, signal, onLine: (line: string) => lines.push(line) };
    const code = await runGroup(process.execPath, [program, ...args], options);
    if (code !== 0)
      print(
        ['', `${target} of the root failed: ${relative(root, program)} ${args.join(' ')}`.trimEnd(), ...lines].join(
          '\n',
        ),
      );
    summary.checks.push({ target, status: code === 0 ? 'passed' : 'failed' });
  }
  return summary;
}
