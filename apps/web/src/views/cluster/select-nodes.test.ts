import { describe, expect, it } from 'vitest';
import { metricsToAsk, withStates } from './node-metrics.js';
import { selectNodes } from './select-nodes.js';
import { everything, type Selection } from './selection.js';
import { aCluster, aMetric, aNode, sampleTime } from './testing/sample.js';

const load = aMetric({ name: 'cpu_load', caution: 36, alert: 20, footprint: 'avg' });
const cluster = aCluster({
  metrics: [aMetric({ name: 'clock', caution: 2, alert: 1 }), load, aMetric({ name: 'mem_bw' })],
  subClusters: [{ name: 'main' }],
});
const nodes = [
  aNode({ host: 'A1', state: 'down' }),
  aNode({ host: 'a2', health: 'partial' }),
  aNode({ host: 'b1', state: 'allocated', metrics: { cpu_load: { value: 10, time: sampleTime / 1000 } } }),
];
const hosts = (selection: Partial<Selection>) =>
  selectNodes(cluster, nodes, { ...everything, ...selection }, sampleTime).map(({ host }) => host);

describe('selectNodes', () => {
  it('shows everything unless told', () => {
    expect(hosts({})).toEqual(['A1', 'a2', 'b1']);
  });

  it('finds hosts by a part of their name, in any case', () => {
    expect(hosts({ host: ' a' })).toEqual(['A1', 'a2']);
    expect(hosts({ host: '.*' })).toEqual([]);
  });

  it('joins the filters', () => {
    expect(hosts({ statuses: ['down', 'idle'] })).toEqual(['A1', 'a2']);
    expect(hosts({ statuses: ['idle'], healths: ['partial'] })).toEqual(['a2']);
  });

  it('filters by the level of the metric that colours, and only by that', () => {
    expect(hosts({ levels: ['alert'], colour: { by: 'metric', metric: 'cpu_load' } })).toEqual(['b1']);
    expect(hosts({ levels: ['none'], colour: { by: 'metric', metric: 'cpu_load' } })).toEqual(['A1', 'a2']);
    expect(hosts({ levels: ['alert'] })).toEqual(['A1', 'a2', 'b1']);
  });
});

describe('metricsToAsk', () => {
  it('asks for what judges, and for what colours', () => {
    expect(metricsToAsk(cluster, everything)).toEqual(['cpu_load']);
    expect(metricsToAsk(cluster, { ...everything, colour: { by: 'metric', metric: 'mem_bw' } })).toEqual([
      'cpu_load',
      'mem_bw',
    ]);
  });

  it('asks for nothing that the cluster has not', () => {
    expect(metricsToAsk(cluster, { ...everything, colour: { by: 'metric', metric: 'gone' } })).toEqual(['cpu_load']);
  });
});

describe('withStates', () => {
  it('takes the states of an event and leaves the metrics', () => {
    const merged = withStates(nodes, [aNode({ host: 'b1', state: 'allocated' }), aNode({ host: 'c1' })]);
    expect(merged.map(({ host, state }) => [host, state])).toEqual([
      ['A1', 'down'],
      ['a2', 'idle'],
      ['b1', 'allocated'],
      ['c1', 'idle'],
    ]);
    expect(merged[2]?.metrics['cpu_load']?.value).toBe(10);
  });
});
