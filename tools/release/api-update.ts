import { updateSizeTable } from '../docs/size-section.js';
import { recordFiles } from '../gates/tarball.js';
import { interruptSignal } from '../process/interrupt.js';
import { runGroup } from '../process/run-group.js';
import { runMain } from '../process/run-main.js';
import { bin, root } from '../repo/root.js';
import { selectWorkspaces, workspaces } from '../repo/workspaces.js';
import { reportApi } from './report-api.js';

const help = `Usage: npm run api:update [-- NAME...]

Builds the packages (or the named ones) and rewrites what is recorded of them in etc/: the public API (*.api.md), and the files
that npm publishes (files.txt); then the table of sizes in each README. Budgets of sizes are raised by hand.
`;

await runMain(async (names) => {
  if (names.includes('--help')) {
    process.stdout.write(help);
    return 0;
  }
  const all = workspaces(root).filter(({ scripts }) => scripts.includes('pack:check'));
  const chosen = names.length === 0 ? all : selectWorkspaces(all, names);
  const args = ['run-many', '-t', 'stage', '-p', ...chosen.map(({ name }) => name)];
  const env = { NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' };
  const code = await runGroup(process.execPath, [bin('nx'), ...args], { cwd: root, env, signal: interruptSignal() });
  if (code !== 0) return code;
  for (const { path, folder } of chosen) {
    process.stdout.write(`${path}/etc\n`);
    reportApi(folder, { update: true });
    recordFiles(folder);
    updateSizeTable(folder);
  }
  return 0;
});
