import { defineConfig } from 'tsup';

/** Private: bundled into the agent; built alone only so that a broken build is noticed here. */
export default defineConfig({
  entry: { index: 'src/index.ts' },
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  clean: true,
  skipNodeModulesBundle: true,
});
