import { writeFileSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

type Plugin = NonNullable<Options['plugins']>[number];

/**
 * tsup makes CommonJS of the bundle in a second step, whose map knows the starts of lines alone: merged with the first one, most
 * places are in a file on the builder's disk that nobody has. That step keeps every line where it is, so the first map, which carries the sources, is the right one.
 */
function commonJsMaps(): Plugin {
  const maps = new Map<string, string>();
  return {
    name: 'common-js-maps',
    renderChunk(_code, { map, path }) {
      if (this.format === 'cjs' && map) maps.set(path, typeof map === 'string' ? map : JSON.stringify(map));
      return undefined;
    },
    buildEnd() {
      // The formats are built side by side: the other's end is not ours.
      if (this.format !== 'cjs') return;
      for (const [path, map] of maps) writeFileSync(`${path}.map`, map);
      maps.clear();
    },
  };
}

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
    plugins: [commonJsMaps()],
  });

/** A program: ESM only, with the private workspace packages inside. */
export const app = (entry: Record<string, string>, more: Options = {}) =>
  defineConfig({
    entry,
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    clean: true,
    sourcemap: true,
    splitting: true,
    noExternal: ['@moorline/app-kit', '@moorline/gitops'],
    ...more,
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
