import { describe, expect, it } from 'vitest';
import { findProblems, judgedMetrics } from './problems.js';
import { aCluster, aMetric, aNode, sampleTime } from './testing/sample.js';

const load = aMetric({ name: 'cpu_load', caution: 36, alert: 20, footprint: 'avg' });
const memory = aMetric({ name: 'mem_used', caution: 200, alert: 240, lowerIsBetter: true, footprint: 'max' });
const files = aMetric({ name: 'nfs4_read', caution: 2, alert: 1 });
const cluster = aCluster({
  metrics: [load, memory, files],
  subClusters: [{ name: 'main' }, { name: 'large', metrics: [load, { ...memory, caution: 900, alert: 1000 }] }],
});
const measured = (values: Record<string, number>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, time: sampleTime / 1000 - 20 }]));
const problems = (...nodes: Parameters<typeof aNode>[0][]) =>
  findProblems(cluster, nodes.map(aNode), sampleTime).map(({ node, kind, findings }) => [
    node.host,
    kind,
    findings.map((finding) => ('metric' in finding ? `${finding.kind} ${finding.metric.name}` : finding.kind)),
  ]);

describe('findProblems', () => {
  it('is empty for nodes that are well', () => {
    expect(problems({ host: 'n1' }, { host: 'n2', state: 'allocated', metrics: measured({ cpu_load: 72 }) })).toEqual(
      [],
    );
  });

  it('has the worst first, then hosts in the order of their numbers', () => {
    expect(
      problems(
        { host: 'n10', health: 'failed' },
        { host: 'n9', health: 'failed' },
        { host: 'n1', health: 'partial' },
        { host: 'n2', reportedAt: sampleTime - 6 * 60_000 },
        { host: 'n3', state: 'allocated', metrics: measured({ cpu_load: 10 }) },
        { host: 'n4', state: 'allocated', metrics: measured({ cpu_load: 30 }) },
        { host: 'n5', state: 'down' },
      ).map(([host, kind]) => `${String(host)} ${String(kind)}`),
    ).toEqual(['n5 down', 'n9 failed', 'n10 failed', 'n2 silent', 'n3 alert', 'n1 partial', 'n4 caution']);
  });

  it('says everything that is wrong with one node in one row', () => {
    expect(
      problems({ host: 'n1', state: 'mixed', health: 'partial', metrics: measured({ cpu_load: 30, mem_used: 250 }) }),
    ).toEqual([['n1', 'alert', ['alert mem_used', 'partial', 'caution cpu_load']]]);
  });

  it('forgives an idle node its low load, but not its full memory', () => {
    expect(problems({ host: 'n1', metrics: measured({ cpu_load: 0, mem_used: 100 }) })).toEqual([]);
    expect(problems({ host: 'n1', metrics: measured({ cpu_load: 0, mem_used: 210 }) })).toEqual([
      ['n1', 'caution', ['caution mem_used']],
    ]);
  });

  it('judges by the thresholds of the subcluster', () => {
    expect(problems({ host: 'n1', subCluster: 'large', metrics: measured({ mem_used: 250 }) })).toEqual([]);
  });

  it('does not repeat what a node said before it went silent or down', () => {
    const old = { health: 'failed', state: 'allocated', reportedAt: sampleTime - 3_600_000 } as const;
    expect(problems({ host: 'n1', ...old })).toEqual([['n1', 'silent', ['silent']]]);
    expect(problems({ host: 'n1', ...old, state: 'down' })).toEqual([['n1', 'down', ['down']]]);
  });

  it('hears a node whose metrics come, whatever its state says', () => {
    expect(problems({ host: 'n1', reportedAt: sampleTime - 3_600_000, metrics: measured({ mem_used: 1 }) })).toEqual(
      [],
    );
  });

  it('leaves out nodes that never reported', () => {
    const { reportedAt: _, state: __, health: ___, ...absent } = aNode({ host: 'n1' });
    expect(findProblems(cluster, [absent], sampleTime)).toEqual([]);
  });
});

describe('judgedMetrics', () => {
  const names = (...given: Parameters<typeof judgedMetrics>) => judgedMetrics(...given).map(({ name }) => name);

  it('takes the metrics of footprints', () => {
    expect(names(cluster, 'main')).toEqual(['cpu_load', 'mem_used']);
  });

  it('takes every metric with thresholds where none makes a footprint', () => {
    const plain = aCluster({ metrics: [files, aMetric({ name: 'clock' })], subClusters: [{ name: 'main' }] });
    expect(names(plain, 'main')).toEqual(['nfs4_read']);
  });

  it('leaves out what a subcluster does not measure', () => {
    const removed = aCluster({ metrics: [load, memory], subClusters: [{ name: 'main', metrics: [memory] }] });
    expect(names(removed, 'main')).toEqual(['mem_used']);
  });
});
