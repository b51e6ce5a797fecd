import type { OpenCollector } from './collector.js';
import { createThroughputCollector, type Throughput } from './throughput.js';

/** Reads `/proc/diskstats`: bytes read and written since boot; its sectors are 512 bytes whatever the device says. */
export function parseDisks(text: string): Throughput[] {
  const disks: Throughput[] = [];
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/);
    const [, , name, , , read, , , , written] = fields;
    if (name === undefined || written === undefined || !/^\d+$/.test(read ?? '') || !/^\d+$/.test(written)) continue;
    disks.push({ device: name, bytes: [Number(read) * 512, Number(written) * 512] });
  }
  return disks;
}

/**
 * `disk_read_bw`, `disk_write_bw`: bytes per second over all disks. Only whole devices with hardware behind them count:
 * partitions, RAID sets, device mapper and loop devices would count the same bytes twice.
 */
export const openDisk: OpenCollector = async ({ files, clock, timestep }) => {
  const read = async () => parseDisks((await files.read('/proc/diskstats')) ?? '');
  const devices = new Set<string>();
  for (const { device } of await read()) {
    // Sysfs writes the slash of a name (`cciss/c0d0`) as an exclamation mark.
    if ((await files.list(`/sys/block/${device.replaceAll('/', '!')}/device`)).length > 0) devices.add(device);
  }
  if (devices.size === 0) return undefined;
  const metrics = ['disk_read_bw', 'disk_write_bw'] as const;
  return createThroughputCollector({ name: 'disk', metrics, devices, peak: 5e8, timestep, clock, read });
};
