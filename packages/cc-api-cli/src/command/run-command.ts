import { CommanderError } from 'commander';
import { explain } from './explain.js';
import { exitCodes } from './exit-codes.js';
import { createProgram } from './program.js';

/**
 * Runs `cc-api` with its arguments, and answers with its exit code. SIGINT and SIGTERM end it with nothing half-written.
 */
export async function runCommand(args: readonly string[]): Promise<number> {
  const controller = new AbortController();
  let ended: 'SIGINT' | 'SIGTERM' | undefined;
  const stop = (signal: NodeJS.Signals) => {
    ended = signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM';
    controller.abort(new Error(`ended by ${signal}`));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  let code: number = exitCodes.same;
  try {
    const program = createProgram({ signal: controller.signal, exit: (wanted) => (code = wanted) });
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.same : exitCodes.usage;
    process.stderr.write(explain(error));
    if (ended !== undefined) return exitCodes[ended];
    return exitCodes.failed(error);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
