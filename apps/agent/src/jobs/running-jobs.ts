import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../durable-file.js';
import type { ProcessMark } from './process-mark.js';
import type { CommandEnd } from './run-command.js';

/** A job whose stop is not in the spool yet, and the process that is going to report it. */
export interface RunningJob {
  jobId: number;
  cluster: string;
  /** Unix seconds. */
  startTime: number;
  process: ProcessMark;
  /** How it ended, where the stop could not be put into the spool. */
  end?: JobEnd | undefined;
}

export interface JobEnd {
  state: CommandEnd['state'];
  /** Unix seconds. */
  stopTime: number;
}

const runningJob = z.object({
  jobId: z.number().int(),
  cluster: z.string(),
  startTime: z.number().int(),
  process: z.object({ pid: z.number().int(), startTicks: z.number().int().optional(), bootId: z.string().optional() }),
  end: z
    .object({ state: z.enum(['completed', 'failed', 'cancelled', 'timeout']), stopTime: z.number().int() })
    .optional(),
});

/** The jobs of `moorline-agent run` that have begun and not ended: one small file each, so that a killed process leaves its own behind. */
export interface RunningJobs {
  /** Durable when it returns. */
  add(job: RunningJob): void;
  /**
   * Notes the end of a job in its file, in the space that the file has already: that is possible on a full disk.
   *
   * @throws the file system's own error.
   */
  noteEnd(jobId: number, end: JobEnd): void;
  list(): RunningJob[];
  remove(jobId: number): void;
}

/** @param dataDir an agent's data directory. */
export function openRunningJobs(dataDir: string): RunningJobs {
  const folder = join(dataDir, 'running');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pathOf = (jobId: number) => join(folder, `${jobId}.json`);
  return {
    add: (job) => writeDurably(pathOf(job.jobId), withRoom(job)),
    noteEnd(jobId, end) {
      const path = pathOf(jobId);
      const job = read(path);
      if (job === undefined) throw new Error(`${path} does not hold the job any more`);
      const file = openSync(path, 'r+');
      try {
        writeSync(file, withRoom({ ...job, end }), 0);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    },
    list: () =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .flatMap((name) => read(join(folder, name)) ?? []),
    remove: (jobId) => rmSync(pathOf(jobId), { force: true }),
  };
}

/** Blanks at the end, which JSON allows, are the room for {@link RunningJobs.noteEnd}; one block of any disk holds it all. */
const withRoom = (job: RunningJob): string => JSON.stringify(job).padEnd(recordBytes);

const recordBytes = 512;

/** A file that vanished meanwhile, or holds something else (a disk that lost it), is no job. */
function read(path: string): RunningJob | undefined {
  try {
    return runningJob.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
