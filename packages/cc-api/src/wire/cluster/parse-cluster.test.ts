import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCcApiError } from '../error.js';
import { withGeneratedLists } from './generated-lists.js';
import { parseCluster } from './parse-cluster.js';
import { subClusterOf } from './subcluster-of.js';

const topology = { node: [0, 1], socket: [[0, 1]], memoryDomain: [[0, 1]], core: [[0], [1]] };
const description = () => ({
  name: 'demo',
  metricConfig: [
    {
      name: 'load',
      scope: 'node',
      aggregation: 'avg',
      timestep: 60,
      peak: 4,
      footprint: 'avg',
      subClusters: [{ name: 'big', peak: 8 }],
    },
    { name: 'power', unit: { base: 'W' }, timestep: 60, energy: 'power', subClusters: [{ name: 'big', remove: true }] },
  ],
  subClusters: [
    { name: 'main', nodes: 'n[01-16]', topology },
    { name: 'big', nodes: '*', topology },
  ],
});

/** The description with one member changed: `change('metricConfig.0.timestep', 0)`. */
function change(path: string, value: unknown): unknown {
  const root: unknown = structuredClone(description());
  const names = path.split('.');
  const last = names.pop() ?? '';
  let at = root as Record<string, unknown>;
  for (const name of names) at = at[name] as Record<string, unknown>;
  at[last] = value;
  return root;
}

describe('parseCluster', () => {
  it('fills the defaults in', () => {
    const { metricConfig, subClusters } = parseCluster(description());
    expect(metricConfig[1]).toEqual({
      ...{
        name: 'power',
        unit: { base: 'W' },
        peak: 0,
        normal: 0,
        caution: 0,
        alert: 0,
        energy: 'power',
        scope: 'node',
      },
      ...{ aggregation: 'avg', timestep: 60, restrict: false, lowerIsBetter: false },
      subClusters: [expect.objectContaining({ name: 'big', remove: true })],
    });
    expect(subClusters[0]).toMatchObject({ processorType: '', memoryBandwidth: { unit: { base: '' }, value: 0 } });
  });

  it.each<[string, unknown, string, string]>([
    ['name', '', 'name', 'not empty'],
    ['metricConfig', [], 'metricConfig', 'at least one metric'],
    ['subClusters', undefined, 'subClusters', 'at least one subcluster'],
    ['subClusters', 'x', 'subClusters', 'must be a list, not "x"'],
    ['surprise', 1, 'surprise', 'is unknown'],
    ['metricConfig.0.name', '', 'metricConfig[0].name', 'not empty'],
    ['metricConfig.1.name', 'load', 'metricConfig[1].name', 'repeats "load"'],
    ['metricConfig.0.timestep', 0, 'metricConfig[0].timestep', 'integer ≥ 1, not 0'],
    ['metricConfig.0.timestep', 1.5, 'metricConfig[0].timestep', 'integer ≥ 1'],
    ['metricConfig.0.timestep', undefined, 'metricConfig[0].timestep', 'integer ≥ 1'],
    ['metricConfig.0.scope', 'rack', 'metricConfig[0].scope', 'one of node, socket'],
    ['metricConfig.0.aggregation', 'max', 'metricConfig[0].aggregation', 'one of avg, sum'],
    ['metricConfig.0.footprint', 'sum', 'metricConfig[0].footprint', 'one of avg, min, max'],
    ['metricConfig.0.peak', '4', 'metricConfig[0].peak', 'must be a number, not "4"'],
    ['metricConfig.0.subClusters.0.remove', 1, 'metricConfig[0].subClusters[0].remove', 'true or false'],
    ['metricConfig.0.unit', 'W', 'metricConfig[0].unit', 'must be an object'],
    ['subClusters.1.name', 'main', 'subClusters[1].name', 'repeats "main"'],
    ['subClusters.0.nodes', 'n_1', 'subClusters[0].nodes', 'node list'],
    ['subClusters.0.nodes', '', 'subClusters[0].nodes', 'not empty'],
    ['subClusters.0.socketsPerNode', -1, 'subClusters[0].socketsPerNode', 'integer ≥ 0'],
    ['subClusters.0.topology', [], 'subClusters[0].topology', 'must be an object'],
    ['subClusters.0.topology.socket', [[0, 'x']], 'subClusters[0].topology.socket[0][1]', 'integer ≥ 0'],
    ['subClusters.0.topology.core', [0], 'subClusters[0].topology.core[0]', 'must be a list'],
    ['subClusters.0.topology.accelerators', [{}], 'subClusters[0].topology.accelerators[0].id', 'not empty'],
  ])('names the path of a bad %s = %j', (path, value, shown, rule) => {
    const attempt = () => parseCluster(change(path, value));
    expect(attempt).toThrow(expect.objectContaining({ code: 'invalid_cluster', details: { path: shown } }));
    expect(attempt).toThrow(rule);
  });

  it.each([[null], [[]], ['x'], [undefined], [1]])('refuses %j', (value) => {
    expect(() => parseCluster(value)).toThrow(expect.objectContaining({ code: 'invalid_cluster' }));
  });

  it('fails in no other way, whatever it is given', () => {
    const paths = [
      'name',
      'metricConfig',
      'metricConfig.0',
      'metricConfig.0.unit',
      'subClusters.0.topology',
      'subClusters.0.nodes',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        try {
          parseCluster(change(path, value));
        } catch (error) {
          expect(isCcApiError(error) && error.code).toBe('invalid_cluster');
        }
      }),
    );
  });

  it('takes its own result, generated lists and all', () => {
    const cluster = parseCluster(description());
    expect(parseCluster(JSON.parse(JSON.stringify(withGeneratedLists(cluster))))).toEqual(cluster);
  });
});

describe('withGeneratedLists', () => {
  it('gives each subcluster its metrics and footprints', () => {
    const [main, big] = withGeneratedLists(parseCluster(description())).subClusters;
    expect(main?.metricConfig?.map(({ name, peak }) => [name, peak])).toEqual([
      ['load', 4],
      ['power', 0],
    ]);
    expect([main?.footprint, main?.energyFootprint]).toEqual([['load'], ['power']]);
    expect(big?.metricConfig?.map(({ name, peak }) => [name, peak])).toEqual([['load', 8]]);
    expect([big?.footprint, big?.energyFootprint]).toEqual([undefined, undefined]);
  });
});

describe('subClusterOf', () => {
  it('prefers a list that names the host to one that takes every host', () => {
    const { subClusters, ...rest } = parseCluster(description());
    const cluster = { ...rest, subClusters: [...subClusters].reverse() };
    expect(subClusterOf(cluster, 'n16')?.name).toBe('main');
    expect(subClusterOf(cluster, 'n17')?.name).toBe('big');
    expect(subClusterOf({ ...cluster, subClusters: cluster.subClusters.slice(1) }, 'n17')).toBeUndefined();
  });
});
