import { type KernelFiles, parseWholeNumber } from '../kernel-files.js';
import type { OpenCollector, Reading } from './collector.js';
import { describeMetric } from './metric.js';
import { createRateMeter } from './rate-meter.js';

/** One energy counter of the processor (RAPL), in microjoules. */
interface EnergyCounter {
  metric: 'cpu_power' | 'mem_power';
  /** Place of the socket in the topology. */
  socket: number;
  path: string;
  /** Microjoules after which the counter starts again: minutes of load. */
  wrapsAt: number;
}

/**
 * `cpu_power`, `mem_power`: watts of each socket's package and memory, from the energy counters that the kernel shows
 * under `/sys/class/powercap` (root's alone on most systems).
 */
export const openPower: OpenCollector = async ({ files, clock, topology, timestep }) => {
  const counters = await findCounters(files, topology.socketIds);
  if (counters.length === 0) return undefined;
  const meter = createRateMeter(clock);
  const describe = (name: string) =>
    describeMetric({
      name,
      scope: 'socket',
      unit: { base: 'W' },
      aggregation: 'sum',
      energy: 'power',
      timestep,
      peak: 500,
    });
  return {
    name: 'power',
    metrics: (['cpu_power', 'mem_power'] as const)
      .filter((name) => counters.some(({ metric }) => metric === name))
      .map(describe),
    async collect() {
      const readings: Reading[] = [];
      for (const { metric, socket, path, wrapsAt } of counters) {
        const microjoules = parseWholeNumber(await files.read(path));
        const rate = microjoules === undefined ? undefined : meter.rate(path, microjoules, wrapsAt);
        if (rate === undefined) continue;
        // A processor of several dies has a counter for each (`package-0-die-1`): they add up to the socket.
        const same = readings.find((reading) => reading.metric === metric && reading.id === socket);
        if (same === undefined) readings.push({ metric, scope: 'socket', id: socket, value: rate / 1e6 });
        else same.value += rate / 1e6;
      }
      return readings;
    },
  };
};

/** A zone `intel-rapl:0` is named `package-0` (AMD's too); its part `intel-rapl:0:1` may be named `dram`. */
async function findCounters(files: KernelFiles, socketIds: readonly number[]): Promise<EnergyCounter[]> {
  const counters: EnergyCounter[] = [];
  const packages = new Map<string, number>();
  for (const zone of await files.list(powercapFolder)) {
    const [, packageZone, part] = /^(intel-rapl:\d+)(:\d+)?$/.exec(zone) ?? [];
    if (packageZone === undefined) continue;
    const name = (await files.read(`${powercapFolder}/${zone}/name`))?.trim() ?? '';
    if (part === undefined) {
      const socket = socketIds.indexOf(Number(/^package-(\d+)/.exec(name)?.[1] ?? -1));
      if (socket < 0) continue;
      packages.set(packageZone, socket);
      await add('cpu_power', socket, zone);
    } else if (name === 'dram') {
      const socket = packages.get(packageZone);
      if (socket !== undefined) await add('mem_power', socket, zone);
    }
  }
  return counters;

  async function add(metric: EnergyCounter['metric'], socket: number, zone: string): Promise<void> {
    const path = `${powercapFolder}/${zone}/energy_uj`;
    const wrapsAt = parseWholeNumber(await files.read(`${powercapFolder}/${zone}/max_energy_range_uj`));
    if (wrapsAt === undefined || parseWholeNumber(await files.read(path)) === undefined) return;
    counters.push({ metric, socket, path, wrapsAt });
  }
}

const powercapFolder = '/sys/class/powercap';
