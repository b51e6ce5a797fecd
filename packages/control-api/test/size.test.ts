import { build } from 'esbuild';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

/** What a browser loads for a script over the sources. */
async function bundle(script: string): Promise<{ text: string; inputs: string[]; externals: string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: script, resolveDir: join(import.meta.dirname, '..'), loader: 'ts' },
    ...{
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      write: false,
      metafile: true,
    },
    conditions: ['@moorline/source'],
    external: ['msw'],
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  return { text: outputFiles[0]?.text ?? '', inputs: Object.keys(metafile.inputs), externals: imports };
}

describe('a browser bundle', () => {
  it('of the client with its live channel is under 12 kB', async () => {
    const { text, externals, inputs } = await bundle(`
      import { createControlClient } from '@moorline/control-api';
      const control = createControlClient({ baseUrl: location.origin });
      for await (const event of control.subscribeLive()) console.log(event, await control.searchJobs());
    `);
    const size = gzipSync(text).length;
    expect(size).toBeLessThan(12_000);
    expect(size).toBeGreaterThan(4000);
    expect(externals).toEqual([]);
    expect(inputs.filter((file) => /src\/(server|testing|msw)\b|generated\/answers/.test(file))).toEqual([]);
  });

  it.each(['', '/server', '/testing', '/msw'])('of @moorline/control-api%s needs nothing of Node', async (entry) => {
    const { externals } = await bundle(`import * as all from '@moorline/control-api${entry}'; console.log(all);`);
    expect(externals.filter((name) => name !== 'msw')).toEqual([]);
    expect(externals.includes('msw')).toBe(entry === '/msw');
  });
});
