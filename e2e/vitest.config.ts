import { mergeConfig } from 'vitest/config';
import shared from '../vitest.shared.js';

/** Two kinds of tests: those of the page share one Chromium, the others start none. */
export default mergeConfig(shared, {
  test: {
    projects: [
      { extends: true, test: { name: 'apps', exclude: ['test/web/**'] } },
      {
        extends: true,
        test: {
          name: 'web',
          exclude: ['test/*.test.ts', 'test/crash/**'],
          // A page on a busy machine takes its time.
          expect: { poll: { timeout: 20_000 } },
          testTimeout: 90_000,
          hookTimeout: 90_000,
          globalSetup: ['../tools/testenv/chromium-setup.ts', 'test/web/harness/plane-setup.ts'],
        },
      },
    ],
  },
});
