import { parseArgs as readArgs } from 'node:util';

export const help = `Usage: npm start [-- --port PORT --no-open]

Starts a Moorline server and agent from this checkout, enrols this machine with it the first time, and opens the page in a
browser, signed in. Everything that is kept is in .moorline/ here. Ctrl-C stops both; the next start continues with the same
machine, jobs and metrics.

  --port PORT   where the server listens on 127.0.0.1, 1 to 65535; the next free one where it is taken (default 8080)
  --no-open     only print the link to the page
  --help        this text
`;

export interface StartOptions {
  port: number;
  /** Whether a browser may be opened. */
  mayOpen: boolean;
}

/**
 * @returns undefined when help was asked for.
 * @throws RangeError for what is none of the options.
 */
export function parseArgs(args: readonly string[]): StartOptions | undefined {
  if (args.includes('--help') || args.includes('-h')) return undefined;
  const { port: text, 'no-open': isSilent } = valuesOf(args);
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(port >= 1 && port <= 65535)) throw new RangeError(`--port ${text}: expected a number from 1 to 65535`);
  return { port, mayOpen: !isSilent };
}

function valuesOf(args: readonly string[]): { port: string; 'no-open': boolean } {
  try {
    const options = {
      port: { type: 'string', default: '8080' },
      'no-open': { type: 'boolean', default: false },
    } as const;
    return readArgs({ args: [...args], options }).values;
  } catch {
    throw new RangeError(`cannot read ${args.join(' ')}; npm start -- --help lists what there is`);
  }
}
