import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { run } from '../../test/harness/running.js';

const root = resolve(import.meta.dirname, '../../..');

const manifest = z.record(
  z.string(),
  z.object({
    file: z.string(),
    isEntry: z.boolean().optional(),
    imports: z.array(z.string()).optional(),
    css: z.array(z.string()).optional(),
  }),
);

/** A build of the page. */
export interface PageBuild {
  folder: string;
  manifest: z.infer<typeof manifest>;
}

/** Builds the page as a release has it. @param folder where it goes; made, or emptied. */
export async function buildPage(folder: string): Promise<PageBuild> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--outDir', folder, '--emptyOutDir'];
  const { code, stdout, stderr } = await run(process.execPath, args, { cwd: join(root, 'apps/web') });
  if (code !== 0) throw new Error(`the page could not be built:\n${stdout}${stderr}`);
  return { folder, manifest: manifest.parse(JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'))) };
}

/** Bytes of the files with these endings that must be there before a view shows, each packed as the server sends it. */
export function packedBytes({ folder, manifest }: PageBuild, view: string, ending: '.js' | '.css'): number {
  const needed = new Set<string>();
  const take = (name: string): void => {
    const chunk = manifest[name];
    if (chunk === undefined) throw new Error(`the page's build has no ${name}`);
    if (needed.has(chunk.file)) return;
    for (const file of [chunk.file, ...(chunk.css ?? [])]) needed.add(file);
    chunk.imports?.forEach(take);
  };
  take('index.html');
  take(view);
  return [...needed]
    .filter((file) => file.endsWith(ending))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);
}
