import { goJson } from '@moorline/core';
import type { Cluster, MetricConfig, MetricValue, SubCluster, SubClusterConfig, Topology } from '../models/cluster.js';
import type { Unit } from '../models/vocabulary.js';

/** A cluster's description as the server sends it: members in their order, empty ones left out where Go does so. */
export function encodeCluster({ name, metricConfig, subClusters }: Cluster): string {
  return goJson({ name, metricConfig: metricConfig.map(metric), subClusters: subClusters.map(subCluster) });
}

function metric(config: MetricConfig) {
  const { name, peak, normal, caution, alert, energy, scope, aggregation, timestep, restrict, lowerIsBetter } = config;
  return {
    name,
    unit: unit(config.unit),
    peak,
    normal,
    caution,
    alert,
    energy,
    scope,
    aggregation,
    footprint: config.footprint,
    subClusters: filled(config.subClusters)?.map(override),
    timestep,
    restrict,
    lowerIsBetter,
  };
}

function override(config: SubClusterConfig) {
  const { name, peak = 0, normal = 0, caution = 0, alert = 0, energy = '' } = config;
  const { lowerIsBetter = false, restrict = false, remove = false } = config;
  return {
    name,
    unit: unit(config.unit ?? { base: '' }),
    peak,
    normal,
    caution,
    alert,
    footprint: config.footprint || undefined,
    energy,
    lowerIsBetter,
    restrict,
    remove,
  };
}

function subCluster(sub: SubCluster) {
  const { name, nodes, processorType, socketsPerNode, coresPerSocket, threadsPerCore } = sub;
  return {
    name,
    nodes,
    processorType,
    topology: topology(sub.topology),
    flopRateScalar: value(sub.flopRateScalar),
    flopRateSimd: value(sub.flopRateSimd),
    memoryBandwidth: value(sub.memoryBandwidth),
    metricConfig: filled(sub.metricConfig)?.map(metric),
    footprint: filled(sub.footprint),
    energyFootprint: filled(sub.energyFootprint),
    socketsPerNode,
    coresPerSocket,
    threadsPerCore,
  };
}

function topology({ node, socket, memoryDomain, die, core, accelerators }: Topology) {
  return {
    node,
    socket,
    memoryDomain,
    die: filled(die),
    core,
    accelerators: filled(accelerators)?.map(({ id, type, model }) => ({ id, type, model })),
  };
}

function value({ unit: of, value: amount }: MetricValue) {
  return { unit: unit(of), value: amount };
}

function unit({ base, prefix }: Unit) {
  return { base, prefix: prefix || undefined };
}

function filled<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list !== undefined && list.length > 0 ? list : undefined;
}
