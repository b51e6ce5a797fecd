import { isMoorlineError } from '@moorline/core';
import { runAgent } from './agent.js';

const { ENDPOINT = '', TOKEN = '', DATA_DIR = './data' } = process.env;

const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());

try {
  await runAgent({
    endpoint: ENDPOINT,
    token: TOKEN,
    dataDir: DATA_DIR,
    signal: ended.signal,
    print: (line) => console.log(line),
  });
} catch (error) {
  // Everything that can go wrong on the way has a code, and most of it a hint; the rest is a mistake in this program.
  if (!ended.signal.aborted) {
    if (!isMoorlineError(error)) throw error;
    console.error(`${error.code}: ${error.message}`);
    if (error.hint !== undefined) console.error(error.hint);
    process.exitCode = 1;
  }
}
