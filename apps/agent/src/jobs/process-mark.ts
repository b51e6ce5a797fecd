import type { KernelFiles } from '../kernel-files.js';

/** Tells one process from all others, later ones with the same number included. */
export interface ProcessMark {
  pid: number;
  /** Clock ticks between boot and the process's start; absent where the kernel does not tell. */
  startTicks?: number | undefined;
  /** Which boot `startTicks` counts from. */
  bootId?: string | undefined;
}

/** @returns undefined where no such process is there. */
export async function markProcess(pid: number, files: KernelFiles): Promise<ProcessMark | undefined> {
  if (!exists(pid)) return undefined;
  const stat = parseProcessStat((await files.read(`/proc/${pid}/stat`)) ?? '');
  // A zombie has ended; only its parent has not asked how.
  if (stat?.state === 'Z') return undefined;
  const bootId = (await files.read('/proc/sys/kernel/random/boot_id'))?.trim();
  return {
    pid,
    ...(stat === undefined ? {} : { startTicks: stat.startTicks }),
    ...(bootId === undefined ? {} : { bootId }),
  };
}

/** Whether the marked process still runs. */
export async function isRunning(mark: ProcessMark, files: KernelFiles): Promise<boolean> {
  const now = await markProcess(mark.pid, files);
  return now !== undefined && now.startTicks === mark.startTicks && now.bootId === mark.bootId;
}

/**
 * State and start time from `/proc/PID/stat` (proc_pid_stat(5), fields 3 and 22). The command's name stands in
 * parentheses and may hold blanks and parentheses itself: the fields count from the last one.
 */
export function parseProcessStat(text: string): { state: string; startTicks: number } | undefined {
  const end = text.lastIndexOf(')');
  const fields = text
    .slice(end + 1)
    .trim()
    .split(' ');
  const [state] = fields;
  const startTicks = Number(fields[19]);
  return end < 0 || state === undefined || !Number.isSafeInteger(startTicks) ? undefined : { state, startTicks };
}

/** Another user's process answers EPERM: it is there. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
