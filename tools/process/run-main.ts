/**
 * Runs a program of `tools/`: its result becomes the exit code, its error one message on stderr and exit code 1.
 *
 * @param main gets the arguments after the program's name.
 */
export async function runMain(main: (args: string[]) => number | Promise<number>): Promise<void> {
  process.stdout.on('error', endWhenNobodyReads);
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

/** `… | head` closes our stdout. What listens to signals ends as on Ctrl-C, its children first. */
function endWhenNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  if (process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM');
  else process.exit();
}
