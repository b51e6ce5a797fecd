import { isMoorlineError } from '@moorline/core';
import { startDaemon } from './daemon.js';

const { SERVICE_URL = 'http://127.0.0.1:3030', TOKEN = 's3cret' } = process.env;

const daemon = startDaemon({ url: SERVICE_URL, token: TOKEN, print: (line) => console.log(line) });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void daemon.close());

try {
  // Ends when the daemon is closed, and with an error when dialling again is of no use: a URL that is none, say.
  await daemon.finished;
} catch (error) {
  if (!isMoorlineError(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  if (error.hint !== undefined) console.error(error.hint);
  process.exitCode = 1;
}
