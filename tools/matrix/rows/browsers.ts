import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasChromium, startChromium } from '../../testenv/chromium.js';
import { fail, type Outcome, pass, unavailable } from '../cell.js';
import { reasonOf } from '../command.js';
import type { Row } from '../row.js';
import { pageEntry, runInPage } from './browser-page.js';

/** Bundles one file for browsers. @returns the bundle @throws what the bundler says */
type Bundle = (folder: string, entry: string, out: string) => Promise<string>;

const esbuild: Bundle = async (_folder, entry) => {
  const { build } = await import('esbuild');
  const options = { bundle: true, platform: 'browser', format: 'esm', target: 'es2022', minify: true } as const;
  const { outputFiles } = await build({ ...options, entryPoints: [entry], write: false, logLevel: 'silent' });
  return outputFiles[0]?.text ?? '';
};

const vite: Bundle = async (folder, entry, out) => {
  const { build } = await import('vite');
  await build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    build: {
      outDir: out,
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: { input: entry, output: { entryFileNames: 'bundle.js', codeSplitting: false } },
    },
  });
  return readFileSync(join(out, 'bundle.js'), 'utf8');
};

const webpack: Bundle = async (folder, entry, out) => {
  const { default: pack } = await import('webpack');
  const compiler = pack({
    context: folder,
    entry,
    mode: 'production',
    target: ['web', 'es2022'],
    output: { path: out, filename: 'bundle.js' },
    performance: false,
    optimization: { splitChunks: false },
  });
  if (compiler === null) throw new Error('webpack made no compiler');
  const stats = await new Promise<Awaited<ReturnType<typeof statsOf>>>((resolve, reject) => {
    compiler.run((error, result) => {
      compiler.close(() => {
        if (error !== null) reject(error);
        else resolve(statsOf(result));
      });
    });
  });
  if (stats !== undefined) throw new Error(stats);
  return readFileSync(join(out, 'bundle.js'), 'utf8');
};

/** The first error of a webpack run. */
const statsOf = (stats: { hasErrors(): boolean; toString(options: object): string } | undefined): string | undefined =>
  stats?.hasErrors() === true ? stats.toString({ all: false, errors: true }) : undefined;

const bundlers: Readonly<Record<string, Bundle>> = { vite, esbuild, webpack };

/** Each bundler, as a project without settings of its own uses it; what it makes is run in Chromium. */
export function browserRows(versionOf: (name: string) => string, chromiumVersion: string): Row[] {
  return Object.entries(bundlers).map(([name, bundle]) => ({
    name: `browser-${name}`,
    title: `${chromiumVersion || 'Chromium'}, bundled by ${name} ${versionOf(name)}`,
    environment: `${name} ${versionOf(name)} ${chromiumVersion}`,
    kinds: ['program'],
    excludes: ({ isForBrowsers }) =>
      isForBrowsers ? undefined : 'uses sockets, files or descriptors: not for browsers',
    async run(programs, context) {
      if (!hasChromium) {
        return new Map(
          programs.map((one) => [one.name, unavailable('there is no chromium: install it, or set CHROMIUM_PATH')]),
        );
      }
      const folder = await context.folder('full');
      const entries = join(folder, `browser-${name}`);
      mkdirSync(entries, { recursive: true });
      const outcomes = new Map<string, Outcome>();
      const browser = await startChromium();
      try {
        for (const program of programs) {
          if (context.signal.aborted) break;
          const entry = join(entries, `${program.name}.js`);
          writeFileSync(entry, pageEntry(`../esm/${program.name}.js`));
          outcomes.set(program.name, await outcomeOf(() => bundle(folder, entry, join(entries, program.name))));
        }
      } finally {
        await browser.close();
      }
      return outcomes;

      async function outcomeOf(make: () => Promise<string>): Promise<Outcome> {
        let script: string;
        try {
          script = await make();
        } catch (error) {
          return fail(`not bundled: ${reasonOf(String(error instanceof Error ? error.message : error).split('\n'))}`);
        }
        const thrown = await runInPage(browser, script, context.signal);
        return thrown === undefined ? pass : fail(reasonOf(thrown.split('\n')));
      }
    },
  }));
}
