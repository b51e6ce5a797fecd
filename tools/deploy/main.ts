import { runMain } from '../process/run-main.js';
import { root } from '../repo/root.js';
import { chartFile, updateChart } from './chart-versions.js';

await runMain(async () => {
  process.stdout.write(updateChart(root) ? `wrote ${chartFile}\n` : 'up to date\n');
  return 0;
});
