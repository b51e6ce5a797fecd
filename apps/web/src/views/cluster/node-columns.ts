import type { Cluster, NodeRow } from '@moorline/control-api';
import { formatRelative } from '../../format/duration.js';
import { formatQuantity, noValue, unitText } from '../../format/unit.js';
import { byHost } from './by-host.js';
import { levelFacts, levelOf } from './node-look.js';
import { healthFacts, healthOf, lastHeard, nodeHealths, nodeStatuses, statusFacts, statusOf } from './node-status.js';
import { metricOn } from './thresholds.js';

/** A column of the table behind the grid: what people read, what a program reads, and how it is sorted. */
export interface NodeColumn {
  id: string;
  title: string;
  /** With its unit, where the values of the file have one. */
  fileTitle: string;
  isNumber: boolean;
  text: (node: NodeRow) => string;
  /** For a file: numbers in the unit of the title, empty where there is none. */
  raw: (node: NodeRow) => string;
  compare: (one: NodeRow, other: NodeRow) => number;
}

/** @param metrics those that were asked for. @param at the server's time, Unix milliseconds. */
export function nodeColumns(cluster: Cluster, metrics: readonly string[], at: number): NodeColumn[] {
  const status = (node: NodeRow) => statusOf(node, at);
  const heard = (node: NodeRow) => lastHeard(node);
  return [
    { ...textColumn('host', 'Host', (node) => node.host), compare: byHost },
    textColumn('subCluster', 'Subcluster', (node) => node.subCluster),
    {
      ...textColumn('state', 'State', (node) => statusFacts[status(node)].label),
      raw: status,
      compare: (one, other) => nodeStatuses.indexOf(status(one)) - nodeStatuses.indexOf(status(other)),
    },
    {
      ...textColumn('health', 'Health', (node) => healthFacts[healthOf(node)].label),
      raw: healthOf,
      compare: (one, other) => nodeHealths.indexOf(healthOf(one)) - nodeHealths.indexOf(healthOf(other)),
    },
    numberColumn('jobs', 'Jobs', (node) => node.jobsRunning),
    numberColumn('cpus', 'CPUs allocated', (node) => node.cpusAllocated),
    numberColumn('gpus', 'GPUs allocated', (node) => node.gpusAllocated),
    { ...numberColumn('memory', 'Memory allocated', memoryOf, memoryText), fileTitle: 'Memory allocated (MB)' },
    ...metrics.map((name) => metricColumn(cluster, name)),
    {
      ...numberColumn('heard', 'Last heard', heard, (time) => formatRelative(time / 1000, at / 1000)),
      raw: (node) => isoTime(heard(node)),
    },
  ];
}

function metricColumn(cluster: Cluster, name: string): NodeColumn {
  const unitOf = (node: NodeRow) => metricOn(cluster, node.subCluster, name)?.unit ?? { base: '' };
  const unit = unitText(cluster.metricConfig.find((metric) => metric.name === name)?.unit ?? { base: '' });
  const column = numberColumn(`metric:${name}`, name, (node) => node.metrics[name]?.value);
  return {
    ...column,
    fileTitle: unit === '' ? name : `${name} (${unit})`,
    text(node) {
      const value = node.metrics[name]?.value;
      if (value === undefined) return noValue;
      const level = levelOf(node, cluster, name);
      const mark = level === 'alert' || level === 'caution' ? `${levelFacts[level].sign} ` : '';
      return `${mark}${formatQuantity(value, unitOf(node))}`;
    },
  };
}

function textColumn(id: string, title: string, text: (node: NodeRow) => string): NodeColumn {
  const compare = (one: NodeRow, other: NodeRow) => byHost({ host: text(one) }, { host: text(other) });
  return { id, title, fileTitle: title, isNumber: false, text, raw: text, compare };
}

/** A node without a number counts as the lowest. */
function numberColumn(
  id: string,
  title: string,
  value: (node: NodeRow) => number | undefined,
  write: (value: number) => string = String,
): NodeColumn {
  return {
    id,
    title,
    fileTitle: title,
    isNumber: true,
    text(node) {
      const found = value(node);
      return found === undefined ? noValue : write(found);
    },
    raw: (node) => String(value(node) ?? ''),
    compare: (one, other) => (value(one) ?? -Infinity) - (value(other) ?? -Infinity) || 0,
  };
}

const memoryOf = ({ memoryAllocated }: NodeRow) => memoryAllocated;
const memoryText = (megabytes: number) => formatQuantity(megabytes, { base: 'B', prefix: 'M' });
const isoTime = (ms: number | undefined): string => (ms === undefined ? '' : new Date(ms).toISOString());
