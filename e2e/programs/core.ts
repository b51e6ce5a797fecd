import { isMoorlineError, MoorlineError, redactUrl, retry, sleep } from '@moorline/core';
import { createFakeClock } from '@moorline/core/testing';
import { equal } from './check.js';

/** Waits a minute without waiting, tries again what may succeed later, and keeps a password out of a log. */
export async function run(): Promise<void> {
  const clock = createFakeClock();
  const rested = sleep(60_000, { clock });
  await clock.advance(60_000);
  await rested;

  let attempts = 0;
  const answer = await retry(
    async () => {
      attempts += 1;
      if (attempts < 3) throw new MoorlineError('not yet', { code: 'not_yet', isRetryable: true });
      return 'ready';
    },
    { maxAttempts: 5, minDelayMs: 0, maxDelayMs: 0 },
  );
  equal([answer, attempts], ['ready', 3]);

  equal(isMoorlineError(new Error('something else')), false);
  equal(redactUrl('https://alice:secret@cc.example/api').includes('secret'), false);
}
