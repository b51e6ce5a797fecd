import { type KernelFiles, parseWholeNumber } from '../kernel-files.js';
import type { OpenCollector, Reading } from './collector.js';
import { describeMetric } from './metric.js';
import { createRateMeter } from './rate-meter.js';

/** Bytes that one interface carried since it came up. */
export interface InterfaceCounters {
  name: string;
  received: number;
  sent: number;
}

/** Reads `/proc/net/dev`. A long name may touch the first number: `enp0s31f6:123`. */
export function parseInterfaces(text: string): InterfaceCounters[] {
  const interfaces: InterfaceCounters[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*(\S+?):\s*(\d+(?:\s+\d+){8,})/.exec(line);
    const numbers = (match?.[2] ?? '').split(/\s+/).map(Number);
    if (match?.[1] === undefined) continue;
    interfaces.push({ name: match[1], received: numbers[0] ?? 0, sent: numbers[8] ?? 0 });
  }
  return interfaces;
}

/**
 * `net_bytes_in_bw`, `net_bytes_out_bw`: bytes per second over all network cards. Only interfaces with a device behind
 * them count: bridges, tunnels and loopback would count the same bytes twice. One series a node, because ClusterCockpit
 * ignores a sub-type at node scope.
 */
export const openNetwork: OpenCollector = async ({ files, clock, timestep }) => {
  const present = parseInterfaces((await files.read('/proc/net/dev')) ?? '');
  const cards = new Set<string>();
  for (const { name } of present) {
    if ((await files.list(`/sys/class/net/${name}/device`)).length > 0) cards.add(name);
  }
  if (cards.size === 0) return undefined;
  const meter = createRateMeter(clock);
  const peak = await readSpeed(files, cards);
  const describe = (name: string) =>
    describeMetric({
      name,
      scope: 'node',
      unit: { base: 'B/s' },
      aggregation: 'sum',
      footprint: 'avg',
      timestep,
      peak,
    });
  return {
    name: 'network',
    metrics: [describe('net_bytes_in_bw'), describe('net_bytes_out_bw')],
    async collect() {
      let received: number | undefined;
      let sent: number | undefined;
      for (const counters of parseInterfaces((await files.read('/proc/net/dev')) ?? '')) {
        if (!cards.has(counters.name)) continue;
        const inRate = meter.rate(`${counters.name} in`, counters.received);
        const outRate = meter.rate(`${counters.name} out`, counters.sent);
        if (inRate !== undefined) received = (received ?? 0) + inRate;
        if (outRate !== undefined) sent = (sent ?? 0) + outRate;
      }
      return [...reading('net_bytes_in_bw', received), ...reading('net_bytes_out_bw', sent)];
    },
  };
};

const reading = (metric: string, value: number | undefined): Reading[] =>
  value === undefined ? [] : [{ metric, scope: 'node', value }];

/** Bytes per second that the cards could carry together; a gigabit where none tells (virtual cards do not). */
async function readSpeed(files: KernelFiles, cards: ReadonlySet<string>): Promise<number> {
  let megabits = 0;
  for (const card of cards)
    megabits += Math.max(0, parseWholeNumber(await files.read(`/sys/class/net/${card}/speed`)) ?? 0);
  return (megabits || 1000) * 125_000;
}
