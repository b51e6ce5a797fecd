import { existsSync, readFileSync } from 'node:fs';

/** Linux counts in ticks of this many to the second, on every machine (`USER_HZ`; man 5 proc). */
const ticksPerSecond = 100;

/**
 * Seconds of processor that this process used, with the children that have ended and theirs; undefined where the system does not
 * tell (only Linux does, in /proc).
 *
 * @param file only for tests another one
 */
export function cpuSeconds(file = '/proc/self/stat'): number | undefined {
  if (!existsSync(file)) return undefined;
  // The second field is the program's name in parentheses, and may have spaces and parentheses in it.
  const text = readFileSync(file, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // utime, stime, cutime and cstime are the fields 14 to 17 of all; the first here is the third.
  const ticks = fields.slice(11, 15).map(Number);
  return ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond;
}
