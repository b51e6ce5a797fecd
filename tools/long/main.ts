import { interruptSignal } from '../process/interrupt.js';
import { runGroup } from '../process/run-group.js';
import { runMain } from '../process/run-main.js';
import { bin, root } from '../repo/root.js';
import { selectWorkspaces, workspaces } from '../repo/workspaces.js';
import { kinds, testsOf } from './kinds.js';

/** `long.mjs fuzz|soak [NAME...]` */
await runMain(async ([kindName = '', ...names]) => {
  const kind = kinds[kindName];
  if (kind === undefined) throw new RangeError(`${kindName}: expected one of ${Object.keys(kinds).join(', ')}`);
  if (names.includes('--help')) {
    process.stdout.write(kind.help);
    return 0;
  }
  const all = workspaces(root).filter((workspace) => testsOf(workspace, kind).length > 0);
  const chosen = names.length === 0 ? all : selectWorkspaces(all, names);
  if (chosen.length === 0) throw new Error(`no workspace has tests that call ${kind.call.source}`);
  const signal = interruptSignal();
  const failed: string[] = [];
  for (const workspace of chosen) {
    const { path, folder } = workspace;
    process.stdout.write(`\n${path}\n`);
    // The tests say themselves how long a sample may take; whole, they may take their time.
    const args = [
      'run',
      ...testsOf(workspace, kind),
      '--maxWorkers=1',
      '--testTimeout=86400000',
      '--hookTimeout=86400000',
    ];
    const code = await runGroup(process.execPath, [bin('vitest'), ...args], { cwd: folder, env: kind.env, signal });
    if (signal.aborted) return 130;
    if (code !== 0) failed.push(path);
  }
  process.stdout.write(failed.length === 0 ? `\nAll ${chosen.length} passed.\n` : `\nFailed: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
});
