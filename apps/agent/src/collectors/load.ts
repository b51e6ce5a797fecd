import { loadavg } from 'node:os';
import type { OpenCollector } from './collector.js';
import { describeMetric } from './metric.js';

/** Reads the one-minute load from `/proc/loadavg`; undefined for text of another shape. */
export function parseLoad(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) \d+(?:\.\d+)? \d+(?:\.\d+)? /.exec(text);
  return match === null ? undefined : Number(match[1]);
}

/** `cpu_load`: processes that run or wait for a processor or a disk, averaged over a minute. */
export const openLoad: OpenCollector = ({ files, topology, timestep }) => {
  const threads = topology.groups.node.length;
  const metric = describeMetric({
    name: 'cpu_load',
    scope: 'node',
    unit: { base: '' },
    aggregation: 'avg',
    footprint: 'avg',
    timestep,
    peak: threads,
    normal: threads,
  });
  return Promise.resolve({
    name: 'load',
    metrics: [metric],
    async collect() {
      const value = parseLoad((await files.read('/proc/loadavg')) ?? '') ?? loadavg()[0];
      return value === undefined ? [] : [{ metric: metric.name, scope: 'node', value }];
    },
  });
};
