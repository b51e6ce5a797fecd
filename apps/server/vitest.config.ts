import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.js';

/** Child processes that load the whole server need their time on a busy machine. */
export default mergeConfig(shared, {
  test: { testTimeout: 60_000, hookTimeout: 60_000, globalSetup: ['test/build-program.ts'] },
});
