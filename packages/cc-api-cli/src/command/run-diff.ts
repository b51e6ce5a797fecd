import { changeTable } from '../diff/change-table.js';
import { diff } from '../diff/diff.js';
import { exitCodes } from './exit-codes.js';
import type { CommandContext } from './program.js';
import { progress } from './progress.js';

/** The flags of `diff`, as the command line gave them. */
export interface DiffFlags {
  json?: boolean;
  /** Seconds. */
  timeout: number;
}

/** Runs `diff`: the changes on stdout, the verdict as exit code. */
export async function runDiff(before: string, after: string, flags: DiffFlags, context: CommandContext): Promise<void> {
  const comparison = await diff({
    before,
    after,
    timeoutMs: flags.timeout * 1000,
    signal: context.signal,
    logger: progress,
  });
  const text = flags.json === true ? `${JSON.stringify(comparison, undefined, 2)}\n` : changeTable(comparison);
  process.stdout.write(text);
  if (comparison.changes.length > 0) {
    context.exit(comparison.breaking > 0 ? exitCodes.breaking : exitCodes.changed);
  }
}
