/**
 * Runs a program of `tools/`: its result becomes the exit code, its error one message on stderr and exit code 1.
 *
 * @param main gets the arguments after the program's name.
 */
export async function runMain(main: (args: string[]) => number | Promise<number>): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
