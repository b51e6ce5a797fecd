import { firstViewScripts } from './first-view.js';

/** Kilobytes of JavaScript, gzipped, until jobs are in sight: what a slow network carries in a second or two. */
const budgetKb = 120;

const folder = new URL('../dist', import.meta.url).pathname;
const sizes = firstViewScripts(folder, 'src/views/jobs/jobs-view.tsx');
const sumKb = [...sizes.values()].reduce((sum, size) => sum + size, 0) / 1000;
process.stdout.write(`first view: ${sumKb.toFixed(1)} kB of JavaScript, gzipped; ${budgetKb} kB at most\n`);
if (sumKb > budgetKb) {
  for (const [file, size] of sizes) process.stderr.write(`${(size / 1000).toFixed(1).padStart(7)} kB  ${file}\n`);
  process.exitCode = 1;
}
