import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ServerError } from '../error.js';
import { archiveVersion, clusterFile, versionFile } from './layout.js';

/** What a job archive holds, in the order of its names. */
export interface ArchiveFolder {
  /** Paths of the files that describe its clusters. */
  clusterFiles: string[];
  /** Paths of the folders of its jobs, found as they are asked for. */
  jobs(): AsyncGenerator<string, void, undefined>;
}

/** @throws ServerError `bad_archive` where the folder is none, or of another version. */
export async function openArchiveFolder(folder: string): Promise<ArchiveFolder> {
  const path = resolve(folder);
  refuseOtherVersions(path);
  const clusters = (await subfolders(path)).filter((cluster) => existsSync(join(cluster, clusterFile)));
  return {
    clusterFiles: clusters.map((cluster) => join(cluster, clusterFile)),
    async *jobs() {
      for (const cluster of clusters) {
        for (const thousand of await subfolders(cluster)) {
          for (const job of await subfolders(thousand)) yield* await subfolders(job);
        }
      }
    },
  };
}

/** Hidden ones belong to other programs. */
async function subfolders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(path, name))
    .sort();
}

function refuseOtherVersions(path: string): void {
  const file = join(path, versionFile);
  let version: string;
  try {
    version = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ServerError(`${path} is no job archive: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'bad_archive',
      hint: `give the folder of a ClusterCockpit job archive, the one that holds ${versionFile}`,
      cause: error,
    });
  }
  if (version !== String(archiveVersion)) {
    throw new ServerError(`${file} says version ${JSON.stringify(version.slice(0, 20))}, not ${archiveVersion}`, {
      code: 'bad_archive',
      hint: 'bring the archive to this version with the archive-migration tool of cc-backend',
    });
  }
}
