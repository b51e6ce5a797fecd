/**
 * Reads the kernel's list of CPU numbers: `0-3,8,10-11`. Terms that say nothing readable are left out.
 *
 * @returns the numbers, ascending, each once.
 */
export function parseCpuList(text: string): number[] {
  const numbers = new Set<number>();
  for (const term of text.trim().split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(term.trim());
    if (match === null) continue;
    const first = Number(match[1]);
    const last = Math.min(Number(match[2] ?? match[1]), first + mostCpus);
    for (let cpu = first; cpu <= last; cpu++) numbers.add(cpu);
  }
  return [...numbers].sort((a, b) => a - b);
}

/** Bound on one range: a damaged file must not fill the memory. Linux itself stops at 8192 CPUs. */
const mostCpus = 65_535;
