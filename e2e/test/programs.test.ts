import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../programs');
// In this repository every peer is installed; `npm run release:dry` runs that one where none is.
const elsewhere = ['without-peers'];
const names = readdirSync(folder).flatMap((file) => (file === 'check.ts' ? [] : [file.replace(/\.ts$/, '')]));

it.each(names.filter((name) => !elsewhere.includes(name)))('%s does what it says, from source', async (name) => {
  const { run } = (await import(`../programs/${name}.ts`)) as { run: () => Promise<void> };
  await expect(run()).resolves.toBeUndefined();
});
