import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProcessMark } from './process-mark.js';

/** A job whose stop is not in the spool yet, and the process that is going to report it. */
export interface RunningJob {
  jobId: number;
  cluster: string;
  /** Unix seconds. */
  startTime: number;
  process: ProcessMark;
}

const runningJob = z.object({
  jobId: z.number().int(),
  cluster: z.string(),
  startTime: z.number().int(),
  process: z.object({ pid: z.number().int(), startTicks: z.number().int().optional(), bootId: z.string().optional() }),
});

/** The jobs of `moorline-agent run` that have begun and not ended: one small file each, so that a killed process leaves its own behind. */
export interface RunningJobs {
  /** Durable when it returns. */
  add(job: RunningJob): void;
  list(): RunningJob[];
  remove(jobId: number): void;
}

/** @param dataDir an agent's data directory. */
export function openRunningJobs(dataDir: string): RunningJobs {
  const folder = join(dataDir, 'running');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pathOf = (jobId: number) => join(folder, `${jobId}.json`);
  return {
    add(job) {
      const path = pathOf(job.jobId);
      const draft = `${path}.new`;
      const file = openSync(draft, 'w', 0o600);
      try {
        writeSync(file, JSON.stringify(job));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(draft, path);
    },
    list: () =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .flatMap((name) => read(join(folder, name)) ?? []),
    remove: (jobId) => rmSync(pathOf(jobId), { force: true }),
  };
}

/** A file that vanished meanwhile, or holds something else (a disk that lost it), is no job. */
function read(path: string): RunningJob | undefined {
  try {
    return runningJob.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
