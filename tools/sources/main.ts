import { runMain } from '../process/run-main.js';
import { root } from '../repo/root.js';
import { selectWorkspaces, workspaces } from '../repo/workspaces.js';
import { readStamps } from './stamps.js';

const help = `Usage: npm run check [-- NAME...]

Lint and types of all workspaces, or the named ones, in one go. What has not changed since it passed is not checked again.
`;

await runMain(async (names) => {
  if (names.includes('--help')) {
    process.stdout.write(help);
    return 0;
  }
  const all = workspaces(root);
  const chosen = names.length === 0 ? all : selectWorkspaces(all, names);
  const stamps = readStamps(root, all);
  const report = (name: string, target: string, status: string) => {
    process.stdout.write(`${status === 'passed' ? '✔' : '✖'} ${name}:${target}\n`);
  };
  const stale = chosen.filter((workspace) => !stamps.isFresh(workspace));
  for (const { name } of chosen.filter((workspace) => !stale.includes(workspace))) {
    for (const target of ['lint', 'typecheck']) report(name, target, 'passed');
  }
  if (stale.length === 0) return 0;
  // The compiler and the linter take a second to load.
  const { checkSources } = await import('./check.js');
  let failed = 0;
  for await (const { workspace, lint, typecheck, text } of checkSources(root, stale)) {
    process.stdout.write(text);
    report(workspace.name, 'lint', lint);
    report(workspace.name, 'typecheck', typecheck);
    if (lint === 'passed' && typecheck === 'passed') stamps.pass(workspace);
    else failed++;
  }
  return failed === 0 ? 0 : 1;
});
