import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interruptSignal } from '../process/interrupt.js';
import { runMain } from '../process/run-main.js';
import { root } from '../repo/root.js';
import { help, parseOptions } from './args.js';
import { rehearse } from './rehearse.js';

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
    const seconds = Math.round((performance.now() - started) / 1000);
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    process.stdout.write(`${clock.padStart(6)}  ${text}\n`);
  };
  const signal = interruptSignal();
  const scratch = mkdtempSync(join(tmpdir(), 'moorline-release-'));
  try {
    const report = await rehearse(options, { root, folder, scratch, signal, print });
    if (signal.aborted) return interrupted();
    if (report === undefined) return 0;
    writeFileSync(join(folder, 'matrix.md'), report.markdown);
    writeFileSync(join(folder, 'matrix.json'), `${JSON.stringify(report.json, undefined, 2)}\n`);
    process.stdout.write(`\n${readFileSync(join(folder, 'matrix.md'), 'utf8')}`);
    return report.hasFailed ? 1 : 0;
  } catch (error) {
    if (signal.aborted) return interrupted();
    throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

function interrupted(): number {
  process.stdout.write('\nInterrupted; what passed is kept.\n');
  return 130;
}
