import {
  type Cluster,
  isMetricScope,
  type MetricConfig,
  type MetricScope,
  type Resource,
  type SubCluster,
  subClusterOf,
  type Topology,
} from '@moorline/cc-api';
import type { SeriesCatalog } from './series-catalog.js';
import type { SeriesState } from './series-state.js';
import { finerThan, isWithin, type Unit, unitsOf } from './units.js';

/** One series of an answer, and the stored ones that it is made from. */
export interface Part {
  host: string;
  unit: Unit;
  members: SeriesState[];
}

/** One node, what of it is asked about, and what was ever measured there. */
export interface Host {
  resource: Resource;
  topology: Topology;
  byMetric: ReadonlyMap<string, readonly SeriesState[]>;
}

/** @param resource what of the node is asked about: without threads and accelerators all of it. */
export function hostOf(
  catalog: SeriesCatalog,
  cluster: Cluster,
  subCluster: SubCluster | undefined,
  resource: Resource,
): Host {
  const byMetric = new Map<string, SeriesState[]>();
  for (const state of catalog.ofHost(cluster.name, resource.hostname)) {
    const known = byMetric.get(state.key.metric);
    if (known === undefined) byMetric.set(state.key.metric, [state]);
    else known.push(state);
  }
  const { topology } = subCluster ?? subClusterOf(cluster, resource.hostname) ?? { topology: noTopology };
  return { resource, topology, byMetric };
}

/** The parts of a node at a scope of which something was measured. */
export function partsOf({ resource, topology, byMetric }: Host, metric: MetricConfig, scope: MetricScope): Part[] {
  const stored = byMetric.get(metric.name);
  if (stored === undefined) return [];
  return unitsOf(scope, resource, topology).flatMap((unit) => {
    const members = membersOf(unit, metric, stored, topology);
    return members.length === 0 ? [] : [{ host: resource.hostname, unit, members }];
  });
}

/**
 * The stored series that make up a part: the one that was measured for it as a whole, else those of its finest common parts. Of
 * a part that the job shares with others, what was measured for the whole is only taken where there is nothing finer.
 */
function membersOf(
  unit: Unit,
  metric: MetricConfig,
  stored: readonly SeriesState[],
  topology: Topology,
): SeriesState[] {
  const whole = devicesOrWhole(stored.filter(({ key }) => key.type === unit.scope && key.typeId === unit.id));
  if (whole.length > 0 && !unit.isPartial) return whole;
  const scopes = [metric.scope, ...finerThan(unit.scope)].filter((scope) => scope !== unit.scope);
  for (const scope of scopes) {
    const parts = stored.filter(
      ({ key }) => key.type === scope && isMetricScope(scope) && isWithin(unit, scope, key.typeId, topology),
    );
    const ids = new Set(parts.map(({ key }) => key.typeId));
    const members = [...ids].flatMap((id) => devicesOrWhole(parts.filter(({ key }) => key.typeId === id)));
    if (members.length > 0) return members;
  }
  return whole;
}

/** A part's own series, or those of its devices (file systems, networks) where only they are measured. */
function devicesOrWhole(ofPart: readonly SeriesState[]): SeriesState[] {
  const whole = ofPart.filter(({ key }) => key.subtype === '' && key.subtypeId === '');
  return whole.length > 0 ? whole : [...ofPart];
}

const noTopology: Topology = { node: [], socket: [], memoryDomain: [], core: [] };
