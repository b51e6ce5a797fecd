import { CcApiCliError } from '../error.js';
import { generate, type View } from '../generate/generate.js';
import type { Part } from '../generate/generate-files.js';
import { exitCodes } from './exit-codes.js';
import type { CommandContext } from './program.js';
import { progress } from './progress.js';

/** The flags of `generate`, as the command line gave them. */
export interface GenerateFlags {
  from?: string;
  document?: string;
  overlay?: string;
  out: string;
  view: View;
  only?: Part[];
  seed: number;
  check?: boolean;
  /** Seconds. */
  timeout: number;
}

/** Runs `generate`: progress on stderr, what became of each file on stdout. */
export async function runGenerate(flags: GenerateFlags, context: CommandContext): Promise<void> {
  const document = flags.from ?? flags.document;
  if (document === undefined) {
    throw new CcApiCliError('which document? --from URL or --document FILE', { code: 'invalid_option' });
  }
  if (flags.from !== undefined && !/^https?:\/\//i.test(flags.from)) {
    throw new CcApiCliError('--from takes an http or https URL', {
      code: 'invalid_option',
      hint: 'a file is given with --document',
    });
  }
  const { overlay, out, view, only, seed, check } = flags;
  const { files, operations, corrections } = await generate({
    document,
    overlay,
    out,
    view,
    parts: only,
    seed,
    check,
    timeoutMs: flags.timeout * 1000,
    signal: context.signal,
    logger: progress,
  });
  for (const { path, change } of files) process.stdout.write(`${change.padEnd(9)}  ${path}\n`);
  const done = files.every(({ change }) => change === 'unchanged');
  if (check === true && !done) context.exit(exitCodes.changed);
  progress.info(
    {},
    `${operations} operations, ${corrections} corrections: ${done ? 'nothing changed' : check === true ? 'out of date' : `written to ${out}`}`,
  );
}
