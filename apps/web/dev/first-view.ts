import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** What vite's manifest says of a file that it wrote. */
interface ManifestEntry {
  file: string;
  imports?: string[];
}

/**
 * The scripts that a browser needs before it shows a view: the entry's and the view's, with all that they import.
 *
 * @param folder of the build. @param view its source: `src/views/jobs/jobs-view.tsx`.
 * @returns bytes, gzipped, by file.
 */
export function firstViewScripts(folder: string, view: string): Map<string, number> {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Record<
    string,
    ManifestEntry
  >;
  const sizes = new Map<string, number>();
  const add = (name: string): void => {
    const entry = manifest[name];
    if (entry === undefined) throw new Error(`${name} is not in the build's manifest`);
    if (sizes.has(entry.file)) return;
    sizes.set(entry.file, gzipSync(readFileSync(join(folder, entry.file))).length);
    for (const imported of entry.imports ?? []) add(imported);
  };
  add('index.html');
  add(view);
  return sizes;
}
