import { defineConfig } from 'tsup';

/** A published package: ESM and CommonJS with declarations, one pair of files for each entry. */
export const lib = (entry: Record<string, string>) =>
  defineConfig({
    entry,
    format: ['esm', 'cjs'],
    target: 'node20',
    platform: 'neutral',
    clean: true,
    dts: true,
    sourcemap: true,
    splitting: true,
    skipNodeModulesBundle: true,
  });

/** A program: ESM only, with the private workspace packages inside. */
export const app = (entry: Record<string, string>) =>
  defineConfig({
    entry,
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    clean: true,
    sourcemap: true,
    splitting: true,
    noExternal: ['@moorline/app-kit', '@moorline/gitops'],
  });

/** A private workspace package, which apps have inside; built alone only so that a broken build is noticed there. */
export const part = (entry: Record<string, string>) =>
  defineConfig({
    entry,
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    clean: true,
    skipNodeModulesBundle: true,
  });
