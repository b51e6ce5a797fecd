import { isCcApiError } from '../error.js';
import type {
  Accelerator,
  Cluster,
  MetricConfig,
  MetricValue,
  SubCluster,
  SubClusterConfig,
  Topology,
} from '../models/cluster.js';
import { metricScopes, type Unit } from '../models/vocabulary.js';
import { Fields, threadId, threadIds } from './fields.js';
import { everyHost } from './subcluster-of.js';
import { parseNodeList } from './node-list.js';

/**
 * Checks a cluster description by the rules that a server starts with (docs/protocol.md §2.5), and fills its defaults in.
 * Generated lists may be there (the answer of `GET /api/clusters/` is a description too); they are left out.
 *
 * @param value parsed JSON from outside.
 * @throws CcApiError `invalid_cluster`, whose message and `details.path` name the member.
 */
export function parseCluster(value: unknown): Cluster {
  const fields = new Fields(value, '', ['name', 'metricConfig', 'subClusters']);
  const name = fields.filledText('name');
  const subClusters = fields.list('subClusters', subCluster);
  if (subClusters.length === 0) throw fields.fault('subClusters', 'must hold at least one subcluster');
  refuseTwins(fields, 'subClusters', subClusters);
  const metricConfig = fields.list('metricConfig', metric);
  if (metricConfig.length === 0) throw fields.fault('metricConfig', 'must hold at least one metric');
  refuseTwins(fields, 'metricConfig', metricConfig);
  return { name, metricConfig, subClusters };
}

const unitNames = ['base', 'prefix'] as const;
const footprints = ['', 'avg', 'min', 'max'] as const;

function metric(value: unknown, path: string): MetricConfig {
  const fields = new Fields(value, path, metricNames);
  const footprint = fields.word('footprint', footprints);
  const subClusters = fields.list('subClusters', override);
  return {
    name: fields.filledText('name'),
    unit: unit(fields),
    peak: fields.number('peak'),
    normal: fields.number('normal'),
    caution: fields.number('caution'),
    alert: fields.number('alert'),
    energy: fields.text('energy'),
    scope: fields.word('scope', metricScopes),
    aggregation: fields.word('aggregation', ['avg', 'sum']),
    ...(footprint === '' ? {} : { footprint }),
    ...(subClusters.length === 0 ? {} : { subClusters }),
    timestep: fields.integer('timestep', 1),
    restrict: fields.flag('restrict'),
    lowerIsBetter: fields.flag('lowerIsBetter'),
  };
}

const thresholdNames = ['name', 'unit', 'peak', 'normal', 'caution', 'alert', 'footprint', 'energy'];
const metricNames = [
  ...thresholdNames,
  ...['scope', 'aggregation', 'subClusters', 'timestep', 'restrict', 'lowerIsBetter'],
];

function override(value: unknown, path: string): SubClusterConfig {
  const fields = new Fields(value, path, [...thresholdNames, 'lowerIsBetter', 'restrict', 'remove']);
  return {
    name: fields.filledText('name'),
    unit: unit(fields),
    peak: fields.number('peak'),
    normal: fields.number('normal'),
    caution: fields.number('caution'),
    alert: fields.number('alert'),
    footprint: fields.word('footprint', footprints),
    energy: fields.text('energy'),
    lowerIsBetter: fields.flag('lowerIsBetter'),
    restrict: fields.flag('restrict'),
    remove: fields.flag('remove'),
  };
}

function subCluster(value: unknown, path: string): SubCluster {
  const fields = new Fields(value, path, [
    ...['name', 'nodes', 'processorType', 'topology', 'flopRateScalar', 'flopRateSimd', 'memoryBandwidth'],
    ...['metricConfig', 'footprint', 'energyFootprint', 'socketsPerNode', 'coresPerSocket', 'threadsPerCore'],
  ]);
  return {
    name: fields.filledText('name'),
    nodes: nodes(fields),
    processorType: fields.text('processorType'),
    topology: topology(fields),
    flopRateScalar: amount(fields, 'flopRateScalar'),
    flopRateSimd: amount(fields, 'flopRateSimd'),
    memoryBandwidth: amount(fields, 'memoryBandwidth'),
    socketsPerNode: fields.integer('socketsPerNode', 0),
    coresPerSocket: fields.integer('coresPerSocket', 0),
    threadsPerCore: fields.integer('threadsPerCore', 0),
  };
}

function nodes(fields: Fields): string {
  const text = fields.filledText('nodes');
  if (text === everyHost) return text;
  try {
    parseNodeList(text);
  } catch (error) {
    if (isCcApiError(error)) throw fields.fault('nodes', `must be * or a node list: ${error.message}`);
    throw error;
  }
  return text;
}

function topology(fields: Fields): Topology {
  const inner = fields.object('topology', ['node', 'socket', 'memoryDomain', 'die', 'core', 'accelerators']);
  const die = inner.list('die', threadIds);
  const accelerators = inner.list('accelerators', accelerator);
  return {
    node: inner.list('node', threadId),
    socket: inner.list('socket', threadIds),
    memoryDomain: inner.list('memoryDomain', threadIds),
    ...(die.length === 0 ? {} : { die }),
    core: inner.list('core', threadIds),
    ...(accelerators.length === 0 ? {} : { accelerators }),
  };
}

function accelerator(value: unknown, path: string): Accelerator {
  const fields = new Fields(value, path, ['id', 'type', 'model']);
  return { id: fields.filledText('id'), type: fields.text('type'), model: fields.text('model') };
}

function amount(fields: Fields, name: string): MetricValue {
  const inner = fields.object(name, ['unit', 'value']);
  return { unit: unit(inner), value: inner.number('value') };
}

function unit(fields: Fields): Unit {
  const inner = fields.object('unit', unitNames);
  const prefix = inner.text('prefix');
  return { base: inner.text('base'), ...(prefix === '' ? {} : { prefix }) };
}

function refuseTwins(fields: Fields, list: string, items: readonly { name: string }[]): void {
  const names = items.map(({ name }) => name);
  const index = names.findIndex((name, position) => names.indexOf(name) < position);
  if (index >= 0) throw fields.fault(`${list}[${index}].name`, `repeats ${JSON.stringify(names[index])}`);
}
