import { build } from 'esbuild';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '..');

/** What a browser loads for a script over the sources, with nothing left out but, where there may be any, modules of Node. */
async function bundle(
  script: string,
  ofNode: string[] = [],
): Promise<{ text: string; inputs: string[]; externals: string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: script, resolveDir: folder, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@moorline/source'],
    external: ['msw', 'fastify', 'jose', ...ofNode],
    write: false,
    metafile: true,
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  return { text: outputFiles[0]?.text ?? '', inputs: Object.keys(metafile.inputs), externals: imports };
}

describe('a browser bundle', () => {
  it('of a client with three operations is under 12 kB', async () => {
    const { text, externals } = await bundle(`
      import { createCcClient } from '@moorline/cc-api';
      const cc = createCcClient({ baseUrl: location.origin, token: 'token' });
      const { jobs } = await cc.listJobs({ states: ['running'] });
      console.log(jobs, await cc.clusters(), await cc.usedNodes(1));
    `);
    const size = gzipSync(text).length;
    expect(size).toBeLessThan(12_000);
    expect(size).toBeGreaterThan(3000);
    expect(externals).toEqual([]);
  });

  it.each(['', '/server', '/testing', '/fastify', '/documented'])(
    'of @moorline/cc-api%s has no msw in it',
    async (entry) => {
      const script = `import * as all from '@moorline/cc-api${entry}'; console.log(all);`;
      const { inputs, externals } = await bundle(script, entry === '/fastify' ? ['node:stream'] : []);
      expect(externals.filter((name) => name.startsWith('msw'))).toEqual([]);
      expect(inputs.filter((file) => /src\/msw\/|mock-view/.test(file))).toEqual([]);
    },
  );

  it('of @moorline/cc-api/msw has', async () => {
    const { externals } = await bundle(`import { ccMock } from '@moorline/cc-api/msw'; console.log(ccMock);`);
    expect(externals).toContain('msw');
  });
});
