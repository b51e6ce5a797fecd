import { freemem, totalmem } from 'node:os';
import type { OpenCollector } from './collector.js';
import { describeMetric } from './metric.js';

/**
 * Memory that programs hold, in bytes, from `/proc/meminfo`: all but what is free and what the kernel would give back at
 * once (buffers, page cache, reclaimable slabs); shared memory counts as page cache there and is held. Undefined for text
 * without the needed lines.
 */
export function parseMemoryUsed(text: string): number | undefined {
  const kilobytes = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^(\w+):\s+(\d+) kB$/.exec(line);
    if (match?.[1] !== undefined) kilobytes.set(match[1], Number(match[2]));
  }
  const total = kilobytes.get('MemTotal');
  const free = kilobytes.get('MemFree');
  if (total === undefined || free === undefined) return undefined;
  const at = (name: string) => kilobytes.get(name) ?? 0;
  const used = total - free - at('Buffers') - at('Cached') - at('SReclaimable') + at('Shmem');
  return Math.max(0, used) * 1024;
}

/** `mem_used`: gigabytes (10⁹ bytes) that programs hold. */
export const openMemory: OpenCollector = ({ files, topology, timestep }) => {
  const metric = describeMetric({
    name: 'mem_used',
    scope: 'node',
    unit: { base: 'B', prefix: 'G' },
    aggregation: 'sum',
    footprint: 'max',
    timestep,
    peak: Math.round(topology.memoryBytes / 1e7) / 100,
    lowerIsBetter: true,
  });
  return Promise.resolve({
    name: 'memory',
    metrics: [metric],
    async collect() {
      const bytes = parseMemoryUsed((await files.read('/proc/meminfo')) ?? '') ?? totalmem() - freemem();
      return [{ metric: metric.name, scope: 'node', value: bytes / 1e9 }];
    },
  });
};
