import type { OpenCollector, Reading } from './collector.js';
import { describeMetric } from './metric.js';
import { createRateMeter } from './rate-meter.js';

/** Bytes that one block device moved since boot. */
export interface DiskCounters {
  name: string;
  read: number;
  written: number;
}

/** Reads `/proc/diskstats`, whose sectors are 512 bytes whatever the device says. */
export function parseDisks(text: string): DiskCounters[] {
  const disks: DiskCounters[] = [];
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/);
    const [, , name, , , read, , , , written] = fields;
    if (name === undefined || written === undefined || !/^\d+$/.test(read ?? '') || !/^\d+$/.test(written)) continue;
    disks.push({ name, read: Number(read) * 512, written: Number(written) * 512 });
  }
  return disks;
}

/**
 * `disk_read_bw`, `disk_write_bw`: bytes per second over all disks. Only whole devices with hardware behind them count:
 * partitions, RAID sets, device mapper and loop devices would count the same bytes twice.
 */
export const openDisk: OpenCollector = async ({ files, clock, timestep }) => {
  const disks = new Set<string>();
  for (const { name } of parseDisks((await files.read('/proc/diskstats')) ?? '')) {
    // Sysfs writes the slash of a name (`cciss/c0d0`) as an exclamation mark.
    if ((await files.list(`/sys/block/${name.replaceAll('/', '!')}/device`)).length > 0) disks.add(name);
  }
  if (disks.size === 0) return undefined;
  const meter = createRateMeter(clock);
  const describe = (name: string) =>
    describeMetric({
      name,
      scope: 'node',
      unit: { base: 'B/s' },
      aggregation: 'sum',
      footprint: 'avg',
      timestep,
      peak: 5e8,
    });
  return {
    name: 'disk',
    metrics: [describe('disk_read_bw'), describe('disk_write_bw')],
    async collect() {
      let read: number | undefined;
      let written: number | undefined;
      for (const counters of parseDisks((await files.read('/proc/diskstats')) ?? '')) {
        if (!disks.has(counters.name)) continue;
        const readRate = meter.rate(`${counters.name} read`, counters.read);
        const writeRate = meter.rate(`${counters.name} written`, counters.written);
        if (readRate !== undefined) read = (read ?? 0) + readRate;
        if (writeRate !== undefined) written = (written ?? 0) + writeRate;
      }
      return [...reading('disk_read_bw', read), ...reading('disk_write_bw', written)];
    },
  };
};

const reading = (metric: string, value: number | undefined): Reading[] =>
  value === undefined ? [] : [{ metric, scope: 'node', value }];
