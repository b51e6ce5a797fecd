import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { archiveVersion, clusterFile, jobFolder, metaFile, versionFile } from './layout.js';

const pack = promisify(gzip);

/** One job as it is exported; `ExportedJob` of `@moorline/cc-store` is one. */
export interface JobToWrite {
  meta: { cluster: string; jobId: number; startTime: number };
  data: object;
}

export interface ExportCounts {
  written: number;
  /** That were there from an earlier export. */
  kept: number;
}

/**
 * Writes a ClusterCockpit job archive, or goes on with one. Each job's folder is written beside the others and renamed
 * once it is whole, so that a job is there in full or not at all.
 *
 * @param clusters every one that may have jobs.
 */
export async function writeArchiveFolder(
  folder: string,
  clusters: readonly { name: string }[],
  jobs: AsyncIterable<JobToWrite>,
): Promise<ExportCounts> {
  const path = resolve(folder);
  await mkdir(path, { recursive: true, mode: 0o700 });
  await removeDrafts(path);
  const draft = join(path, `${draftPrefix}${process.pid}`);
  await writeFile(join(path, versionFile), `${archiveVersion}\n`);
  for (const cluster of clusters) {
    await mkdir(join(path, cluster.name), { recursive: true });
    await writeWhole(join(path, cluster.name, clusterFile), draft, JSON.stringify(cluster));
  }
  const counts = { written: 0, kept: 0 };
  for await (const { meta, data } of jobs) {
    const target = join(path, meta.cluster, jobFolder(meta));
    if (existsSync(target)) {
      counts.kept++;
      continue;
    }
    await mkdir(draft);
    await writeFile(join(draft, metaFile), JSON.stringify(meta));
    await writeFile(join(draft, 'data.json.gz'), await pack(JSON.stringify(data)));
    await mkdir(dirname(target), { recursive: true });
    await rename(draft, target);
    counts.written++;
  }
  return counts;
}

const draftPrefix = '.export-';

/** An export that was killed left one. */
async function removeDrafts(path: string): Promise<void> {
  for (const name of await readdir(path)) {
    if (name.startsWith(draftPrefix)) await rm(join(path, name), { recursive: true, force: true });
  }
}

async function writeWhole(path: string, draft: string, text: string): Promise<void> {
  await writeFile(draft, text);
  await rename(draft, path);
}
