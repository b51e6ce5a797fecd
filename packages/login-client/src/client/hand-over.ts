import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Logger, sleep } from '@moorline/core';

/**
 * Writes a session token into the pipe on which a running GPUd of this data directory listens (docs/protocol.md §6.3). Waits up
 * to ten times a second for the pipe and its reader; without them the daemon reads the token at its next start.
 *
 * @throws only the signal's reason.
 */
export async function handOverSessionToken(
  dataDir: string,
  sessionToken: string,
  options: { signal?: AbortSignal | undefined; clock: Clock; logger: Logger },
): Promise<boolean> {
  const path = join(dataDir, 'gpud.fifo');
  for (let attempt = 1; ; attempt++) {
    try {
      await writeToPipe(path, sessionToken);
      options.logger.debug({ path }, 'session token handed over');
      return true;
    } catch (error) {
      if (attempt >= maxAttempts) {
        options.logger.debug({ path, reason: String(error) }, 'no daemon took the session token');
        return false;
      }
    }
    await sleep(retryDelayMs, options);
  }
}

const maxAttempts = 10;
const retryDelayMs = 1000;

/** Without a reader the open fails at once (ENXIO) instead of waiting for ever. */
async function writeToPipe(path: string, text: string): Promise<void> {
  if (!(await stat(path)).isFIFO()) throw new Error(`${path} is not a pipe`);
  const pipe = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    await pipe.write(text);
  } finally {
    await pipe.close();
  }
}
