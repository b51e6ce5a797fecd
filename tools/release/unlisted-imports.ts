import { isBuiltin } from 'node:module';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { isObject, type JsonObject } from '../repo/json.js';

/**
 * The packages that built files import and their package.json does not list. In the repository they would be found all the same,
 * above all what a private package needs that was built into an app; installed elsewhere they are not there.
 *
 * @param dist absolute
 */
export async function unlistedImports(dist: string, manifest: JsonObject): Promise<string[]> {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
  const entries = files.filter((file) => /\.c?js$/.test(file) && !isPage(file));
  const { metafile } = await build({
    entryPoints: entries.map((file, at) => ({ in: join(dist, file), out: String(at) })),
    outdir: join(dist, 'unused'),
    write: false,
    metafile: true,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  const listed = new Set([String(manifest['name']), ...['dependencies', 'peerDependencies'].flatMap(names(manifest))]);
  const packages = imports.flatMap(({ path, external }) =>
    external === true && !isBuiltin(path) ? [nameOf(path)] : [],
  );
  return [...new Set(packages)].filter((name) => !listed.has(name)).sort();
}

/** What a browser loads from the control plane has everything inside. */
const isPage = (file: string): boolean => /^page[\\/]/.test(file);

const names = (manifest: JsonObject) => (kind: string) => (isObject(manifest[kind]) ? Object.keys(manifest[kind]) : []);

/** `@scope/name` of `@scope/name/sub/path`. */
const nameOf = (path: string): string => path.split('/', path.startsWith('@') ? 2 : 1).join('/');
