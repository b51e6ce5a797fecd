import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles programs of a workspace from sources, so that child processes of tests start in a fraction of the time that compiling each
 * module at each start takes. They come into `.vitest/`, which is as deep in the workspace as `src/`: there they find the same files
 * beside them.
 *
 * @param folder of the workspace
 * @param programs relative to it, each under the name that its bundle gets: `main` makes `.vitest/main.mjs`
 */
export async function bundle(folder: string, programs: Readonly<Record<string, string>>): Promise<void> {
  await build({
    absWorkingDir: folder,
    entryPoints: { ...programs },
    outdir: '.vitest',
    entryNames: '[name]',
    chunkNames: 'chunks/[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@moorline/source'],
    // In files of their own: inside of the programs they would be memory of what is measured, 9 MB of the server's.
    sourcemap: 'linked',
    logLevel: 'warning',
    plugins: [
      {
        name: 'only our own packages are bundled',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || path.startsWith('@moorline/') ? undefined : { external: true },
          ),
      },
    ],
  });
}

/** Where {@link bundle} puts a program. */
export const bundled = (folder: string, name: string): string => join(folder, '.vitest', `${name}.mjs`);
