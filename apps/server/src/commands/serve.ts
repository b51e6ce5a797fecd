import { setFlagsFromString } from 'node:v8';
import { addSettingOptions, answer, createLogger, untilStopped } from '@moorline/app-kit';
import { Command } from 'commander';
import { appName, readSettings, serverSettings } from '../settings.js';

const notes = `
Prints one line to standard output when it is ready, "listening on http://…" or "https://…"; its log goes to standard error as JSON
lines. SIGINT or SIGTERM stops it: open requests are finished, 5 seconds at most.

Examples:
  moorline-server serve                                 on 127.0.0.1:8080
  moorline-server serve --data-dir ./state --port 9000
  moorline-server serve --tls-cert cp.crt --tls-key cp.key --host 0.0.0.0
  moorline-server serve --next-free-port --log-level debug
  moorline-server serve --config /etc/moorline/server.yaml`;

/** `serve`: the control plane itself. */
export function serveCommand(version: string): Command {
  const command = new Command('serve').description('run the control plane').addHelpText('after', notes);
  return addSettingOptions(command, appName, serverSettings).action(async (flags: Record<string, unknown>) => {
    const settings = readSettings(flags);
    setFlagsFromString(`--heap-growing-percent=${mostGarbage}`);
    // Loaded here, so that the commands start without all of the server.
    const { startServer } = await import('../wiring.js');
    const logger = createLogger({ name: 'moorline-server', level: settings.logLevel });
    await untilStopped(
      async (signal) => {
        await using server = await startServer(settings, { env: process.env, logger, version });
        answer(`listening on ${server.url}`);
        await aborted(signal);
      },
      { onStop: ({ signal }) => logger.info({ signal }, 'stopping') },
    );
    logger.info({}, 'stopped');
  });
}

/**
 * How much garbage there may be before all of the heap is looked through, in percent of what is in use. Left to itself the engine waits for
 * two to three times as much, which is some 50 MB for a store with 100,000 series, and saves a collection of 5 ms every ten seconds.
 */
const mostGarbage = 50;

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
