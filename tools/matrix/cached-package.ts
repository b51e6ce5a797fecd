import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { npm, runWell } from './command.js';

/** Where runtimes and compilers are kept from run to run. */
const cacheFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'moorline', 'matrix');

const pending = new Map<string, Promise<string>>();

/**
 * A package of the usual registry in the user's cache folder, fetched the first time. It never comes into a lock file of this
 * repository: runtimes are 90 to 210 MB each, and several compilers would be in each other's way.
 *
 * @returns the package's folder
 * @throws Error when npm cannot fetch it.
 */
export function cachedPackage(name: string, version: string, signal: AbortSignal): Promise<string> {
  const id = `${name.replaceAll('/', '+')}-${version}`;
  const fetched = pending.get(id) ?? fetchPackage(id, name, version, signal);
  pending.set(id, fetched);
  return fetched;
}

async function fetchPackage(id: string, name: string, version: string, signal: AbortSignal): Promise<string> {
  const folder = join(cacheFolder, id);
  if (!existsSync(folder)) {
    const fresh = `${folder}.${process.pid}`;
    mkdirSync(fresh, { recursive: true });
    try {
      const [command, ...args] = npm();
      const install = ['install', '--prefix', '.', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
      await runWell(command, [...args, ...install, `${name}@${version}`], { cwd: fresh, signal, timeoutMs: 600_000 });
      // Whole or not at all; another run may have been faster.
      if (!existsSync(folder)) renameSync(fresh, folder);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  }
  return join(folder, 'node_modules', name);
}
