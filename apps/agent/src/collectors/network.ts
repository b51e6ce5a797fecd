import { type KernelFiles, parseWholeNumber } from '../kernel-files.js';
import type { OpenCollector } from './collector.js';
import { createThroughputCollector, type Throughput } from './throughput.js';

/** Reads `/proc/net/dev`: bytes received and sent. A long name may touch the first number: `enp0s31f6:123`. */
export function parseInterfaces(text: string): Throughput[] {
  const interfaces: Throughput[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*(\S+?):\s*(\d+(?:\s+\d+){8,})/.exec(line);
    const numbers = (match?.[2] ?? '').split(/\s+/).map(Number);
    if (match?.[1] === undefined) continue;
    interfaces.push({ device: match[1], bytes: [numbers[0] ?? 0, numbers[8] ?? 0] });
  }
  return interfaces;
}

/**
 * `net_bytes_in_bw`, `net_bytes_out_bw`: bytes per second over all network cards. Only interfaces with a device behind
 * them count: bridges, tunnels and loopback would count the same bytes twice. One series a node, because ClusterCockpit
 * ignores a sub-type at node scope.
 */
export const openNetwork: OpenCollector = async ({ files, clock, timestep }) => {
  const read = async () => parseInterfaces((await files.read('/proc/net/dev')) ?? '');
  const devices = new Set<string>();
  for (const { device } of await read()) {
    if ((await files.list(`/sys/class/net/${device}/device`)).length > 0) devices.add(device);
  }
  if (devices.size === 0) return undefined;
  const metrics = ['net_bytes_in_bw', 'net_bytes_out_bw'] as const;
  const peak = await readSpeed(files, devices);
  return createThroughputCollector({ name: 'network', metrics, devices, peak, timestep, clock, read });
};

/** Bytes per second that the cards could carry together; a gigabit where none tells (virtual cards do not). */
async function readSpeed(files: KernelFiles, cards: ReadonlySet<string>): Promise<number> {
  let megabits = 0;
  for (const card of cards)
    megabits += Math.max(0, parseWholeNumber(await files.read(`/sys/class/net/${card}/speed`)) ?? 0);
  return (megabits || 1000) * 125_000;
}
