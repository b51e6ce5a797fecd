import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

it.each(['index', 'testing', 'server'])('%s needs nothing of Node, and no websocket library', async (entry) => {
  const { metafile } = await build({
    entryPoints: [join(root, 'src', `${entry}.ts`)],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'esm',
    conditions: ['@moorline/source'],
    logLevel: 'silent',
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.some((path) => path.includes('/ws/'))).toBe(false);
  expect(inputs.length).toBeGreaterThan(1);
});
