export const help = `Usage: npm start [-- --port PORT]

Starts a Moorline server and agent from this checkout and enrols this machine with it the first time. Everything that is
kept is in .moorline/ here. Ctrl-C stops both; the next start continues with the same machine, jobs and metrics.

  --port PORT   where the server listens on 127.0.0.1, 1 to 65535; the next free one where it is taken (default 8080)
  --help        this text
`;

/**
 * @returns undefined when help was asked for.
 * @throws RangeError for anything but a port.
 */
export function parseArgs(args: readonly string[]): { port: number } | undefined {
  if (args.includes('--help') || args.includes('-h')) return undefined;
  if (args.length === 0) return { port: 8080 };
  const [option, value = '', ...more] = args.flatMap((arg) => arg.split('='));
  if (option !== '--port' || more.length > 0) {
    throw new RangeError(`cannot read ${args.join(' ')}; npm start -- --help lists what there is`);
  }
  const port = /^\d+$/.test(value) ? Number(value) : NaN;
  if (!(port >= 1 && port <= 65535)) throw new RangeError(`--port ${value}: expected a number from 1 to 65535`);
  return { port };
}
