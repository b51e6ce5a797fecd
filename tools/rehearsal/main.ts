import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interruptSignal } from '../process/interrupt.js';
import { lock } from '../process/lock.js';
import { runMain } from '../process/run-main.js';
import { root } from '../repo/root.js';
import { help, parseOptions } from './args.js';
import { rehearse } from './rehearse.js';
import { minutes } from './step-times.js';

/** Ignored by git, and by every tool. */
const folder = join(root, '.nx/release');

await runMain(async (args) => {
  const options = parseOptions(args);
  if (options === undefined) {
    process.stdout.write(help);
    return 0;
  }
  const started = performance.now();
  const print = (text: string) => {
    process.stdout.write(`${minutes((performance.now() - started) / 1000).padStart(6)}  ${text}\n`);
  };
  const signal = interruptSignal();
  const unlock = lock(join(folder, 'running.pid'), 'npm run release:dry');
  const scratch = mkdtempSync(join(tmpdir(), 'moorline-release-'));
  try {
    const report = await rehearse(options, { root, folder, scratch, signal, print });
    if (signal.aborted) return interrupted();
    if (report === undefined) return 0;
    writeFileSync(join(folder, 'matrix.md'), report.markdown);
    writeFileSync(join(folder, 'matrix.json'), `${JSON.stringify(report.json, undefined, 2)}\n`);
    // The page that GitHub shows of a workflow's run.
    const summary = process.env['GITHUB_STEP_SUMMARY'];
    if (summary !== undefined && summary !== '') appendFileSync(summary, report.markdown);
    process.stdout.write(`\n${report.markdown}`);
    return report.hasFailed ? 1 : 0;
  } catch (error) {
    if (signal.aborted) return interrupted();
    throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    unlock();
  }
});

function interrupted(): number {
  process.stdout.write('\nInterrupted; what passed is kept.\n');
  return 130;
}
