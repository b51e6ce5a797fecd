import { join } from 'node:path';

/** The form of ClusterCockpit's job archive that is read and written. */
export const archiveVersion = 3;

export const versionFile = 'version.txt';
export const clusterFile = 'cluster.json';
export const metaFile = 'meta.json';
/** The series of a job; either may be there. */
export const dataFiles = ['data.json', 'data.json.gz'] as const;

/** Where a job is below the folder of its cluster: `1403/244/1608923076`. */
export function jobFolder({ jobId, startTime }: { jobId: number; startTime: number }): string {
  return join(String(Math.floor(jobId / 1000)), String(jobId % 1000).padStart(3, '0'), String(startTime));
}
