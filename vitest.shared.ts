import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

/** Every workspace's tests run on sources, through the `@moorline/source` condition, without a build first. */
export default defineConfig({
  resolve: { conditions: ['@moorline/source', ...defaultClientConditions] },
  ssr: { resolve: { conditions: ['@moorline/source', ...defaultServerConditions] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    reporters: ['default', ['json', { outputFile: '.vitest/results.json' }]],
    passWithNoTests: false,
    // Nx forces colours on; what programs print must read the same everywhere.
    env: { FORCE_COLOR: '0' },
    // Not how long a test may take, but how long a busy machine may make it wait.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: { provider: 'v8', include: ['src/**'] },
  },
});
