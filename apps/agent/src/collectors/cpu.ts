import { cpus } from 'node:os';
import type { KernelFiles } from '../kernel-files.js';
import type { OpenCollector, Reading } from './collector.js';
import { describeMetric } from './metric.js';

/** Time that one hardware thread spent, in ticks of any length since boot. */
export interface CpuTimes {
  user: number;
  system: number;
  iowait: number;
  /** All of it, idle and stolen time too. */
  total: number;
}

/**
 * Reads the `cpuN` lines of `/proc/stat`, by hardware thread. `user` includes niced work; guest time is part of user and
 * nice already and is not counted again.
 */
export function parseCpuTimes(text: string): Map<number, CpuTimes> {
  const threads = new Map<number, CpuTimes>();
  for (const line of text.split('\n')) {
    const match = /^cpu(\d+)((?: +\d+){4,})/.exec(line);
    if (match === null) continue;
    const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = (match[2] ?? '')
      .trim()
      .split(/ +/)
      .map(Number);
    threads.set(Number(match[1]), {
      user: user + nice,
      system: system + irq + softirq,
      iowait,
      total: user + nice + system + idle + iowait + irq + softirq + steal,
    });
  }
  return threads;
}

const metrics = { cpu_user: 'user', cpu_system: 'system', cpu_iowait: 'iowait' } as const;

/**
 * `cpu_user`, `cpu_system`, `cpu_iowait`: percent of each hardware thread's time since the sample before. A node's value
 * is their average, which the server makes when it is asked for.
 */
export const openCpu: OpenCollector = ({ files, timestep }) => {
  let before = new Map<number, CpuTimes>();
  return Promise.resolve({
    name: 'cpu',
    metrics: Object.keys(metrics).map((name) =>
      describeMetric({
        name,
        scope: 'hwthread',
        unit: { base: '' },
        aggregation: 'avg',
        timestep,
        peak: 100,
        lowerIsBetter: name !== 'cpu_user',
        ...(name === 'cpu_user' ? { footprint: 'avg' } : {}),
      }),
    ),
    async collect() {
      const now = await readCpuTimes(files);
      const readings: Reading[] = [];
      for (const [id, times] of now) {
        const last = before.get(id);
        const elapsed = last === undefined ? 0 : times.total - last.total;
        if (last === undefined || elapsed <= 0) continue;
        for (const [metric, kind] of Object.entries(metrics)) {
          readings.push({ metric, scope: 'hwthread', id, value: percent(times[kind] - last[kind], elapsed) });
        }
      }
      before = now;
      return readings;
    },
  });
};

/** The kernel's iowait may go backwards (proc_stat(5)): shares stay within 0 and 100. */
const percent = (part: number, whole: number): number => Math.min(100, Math.max(0, (100 * part) / whole));

async function readCpuTimes(files: KernelFiles): Promise<Map<number, CpuTimes>> {
  const threads = parseCpuTimes((await files.read('/proc/stat')) ?? '');
  if (threads.size > 0) return threads;
  return new Map(
    cpus().map(({ times }, cpu) => [
      cpu,
      {
        user: times.user + times.nice,
        system: times.sys + times.irq,
        iowait: 0,
        total: times.user + times.nice + times.sys + times.idle + times.irq,
      },
    ]),
  );
}
