import type { Job, JobMetricWithName } from '@moorline/cc-api';
import type { Logger } from '@moorline/core';
import type { Session } from '../database/query.js';
import { decodeArchive } from './archive-data.js';
import type { ArchiveTables } from './archive-tables.js';

/** Reads what was archived. */
export interface ArchiveReader {
  /** @returns undefined where the job has no archive, or one that cannot be read: then what is left of its samples answers. */
  metricsOf(job: Pick<Job, 'id' | 'monitoringStatus'>): Promise<JobMetricWithName[] | undefined>;
}

export function createArchiveReader(tables: ArchiveTables, reading: Session, logger: Logger): ArchiveReader {
  return {
    async metricsOf({ id, monitoringStatus }) {
      if (id === undefined || monitoringStatus !== 3) return undefined;
      const data = await tables.dataOf(reading, id);
      if (data === undefined) return undefined;
      const metrics = await decodeArchive(data);
      if (metrics === undefined) logger.error({ id }, 'the archive of a job cannot be read');
      return metrics;
    },
  };
}
