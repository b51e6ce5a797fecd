import type { JobState } from '@moorline/cc-api';

/** One job of a log in the Standard Workload Format, version 2.2: 18 numbers a line, −1 for what is not known. */
export interface SwfRecord {
  /** Line of the file, 1 is the first. */
  line: number;
  jobNumber: number;
  /** Seconds after the log's start. */
  submitTime: number;
  /** Seconds between submission and start; 0 where not known. */
  waitTime: number;
  /** Seconds; 0 where not known. */
  runTime: number;
  /** Processors: those allotted, else those asked for; ≥ 1. */
  processors: number;
  /** Seconds the user asked for; undefined where not known. */
  requestedTime: number | undefined;
  status: number;
  /** Numbers that stand for names; −1 where not known. */
  user: number;
  group: number;
  executable: number;
  queue: number;
  partition: number;
}

/** A line that is no job, and why. */
export interface SwfDefect {
  line: number;
  problem: string;
}

const columns = 18;

/** Reads one line that is neither blank nor a comment. */
export function parseSwfRecord(text: string, line: number): SwfRecord | SwfDefect {
  const words = text.trim().split(/\s+/);
  if (words.length !== columns) return { line, problem: `${words.length} columns instead of ${columns}` };
  const numbers: number[] = [];
  for (const [column, word] of words.entries()) {
    // Average CPU time and think time have decimals in some logs; whole seconds are what is used of the others.
    const value = /^-?\d+(?:\.\d+)?$/.test(word) ? Number(word) : NaN;
    if (!Number.isFinite(value))
      return { line, problem: `column ${column + 1} is ${JSON.stringify(word)}, not a number` };
    numbers.push(value);
  }
  const at = (column: number): number => numbers[column - 1] ?? -1;
  const jobNumber = at(1);
  const submitTime = at(2);
  const processors = at(5) > 0 ? at(5) : at(8);
  if (!Number.isSafeInteger(jobNumber) || jobNumber < 0) return { line, problem: `job number ${jobNumber}` };
  if (submitTime < 0 || !Number.isSafeInteger(Math.trunc(submitTime)))
    return { line, problem: `submit time ${submitTime}` };
  if (!Number.isSafeInteger(processors) || processors < 1) return { line, problem: 'no number of processors' };
  const seconds = (column: number) => Math.trunc(Math.max(0, at(column)));
  if (seconds(3) > longestSeconds || seconds(4) > longestSeconds)
    return { line, problem: 'a time of more than 68 years' };
  return {
    line,
    jobNumber,
    submitTime: Math.trunc(submitTime),
    waitTime: seconds(3),
    runTime: seconds(4),
    processors,
    requestedTime: at(9) > 0 ? Math.trunc(at(9)) : undefined,
    status: at(11),
    user: at(12),
    group: at(13),
    executable: at(14),
    queue: at(15),
    partition: at(16),
  };
}

export const isSwfDefect = (value: SwfRecord | SwfDefect): value is SwfDefect => 'problem' in value;

/**
 * How the job ended. 2, 3 and 4 are bursts of a job that was swapped out: to be continued, last and done, last and failed.
 * Logs that do not know say −1: those jobs count as completed.
 */
export function jobStateOf(status: number): JobState {
  switch (status) {
    case 0:
    case 4:
      return 'failed';
    case 2:
      return 'preempted';
    case 5:
      return 'cancelled';
    default:
      return 'completed';
  }
}

/** Whether the line tells of one burst of a job whose whole is told by a line of status 0, 1 or 5 before it. */
export const isBurst = (status: number): boolean => status === 2 || status === 3 || status === 4;

/** ClusterCockpit keeps durations in 32 bits. */
const longestSeconds = 2 ** 31 - 1;
