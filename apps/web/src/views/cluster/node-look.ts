import type { Cluster, NodeRow } from '@moorline/control-api';
import { formatQuantity } from '../../format/unit.js';
import { metricConfigOf } from '../../plots/thresholds.js';
import { healthPaints, noPaint, type Paint, ramp, statusPaints } from './colours.js';
import type { MetricScale } from './metric-scale.js';
import { healthFacts, healthOf, isBusy, statusFacts, statusOf } from './node-status.js';
import type { Colour, Level } from './selection.js';
import { judgeNode } from './thresholds.js';

/** How a node's cell looks, and what a screen reader says of it. */
export interface NodeLook {
  paint: Paint;
  /** In the cell, beside the colour: a sign of the state, or a mark of a value beyond its thresholds. */
  sign: string;
  /** The value or word that colours it, for cells with room. */
  text: string;
  /** Of the colouring metric; undefined where another thing colours. */
  level: Level | undefined;
  /** What the cell shows comes first, in its words: who speaks to the browser says them. "n01, 71.9 GB/s mem_bw, Allocated, Caution". */
  label: string;
}

/** What all cells of a grid are looked at with. */
export interface Sight {
  cluster: Cluster;
  colour: Colour;
  /** Of the colouring metric; undefined where there are no values. */
  scale: MetricScale | undefined;
  /** The server's time, Unix milliseconds. */
  at: number;
}

export function lookOf(node: NodeRow, { cluster, colour, scale, at }: Sight): NodeLook {
  const status = statusOf(node, at);
  const { label: state, sign } = statusFacts[status];
  if (colour.by === 'status') {
    return { paint: statusPaints[status], sign, text: state, level: undefined, label: `${node.host}, ${state}` };
  }
  if (colour.by === 'health') {
    const health = healthOf(node);
    const { label: text, sign: healthSign } = healthFacts[health];
    const label = `${node.host}, ${text} health, ${state}`;
    return { paint: healthPaints[health], sign: healthSign, text, level: undefined, label };
  }
  const level = levelOf(node, cluster, colour.metric, at);
  const value = node.metrics[colour.metric]?.value;
  const unit = metricConfigOf(cluster, node.subCluster, colour.metric)?.unit ?? { base: '' };
  const text = value === undefined ? levelFacts.none.label : formatQuantity(value, unit);
  const paint = value === undefined || scale === undefined ? noPaint : (ramp[scale.stepOf(value)] ?? noPaint);
  const judgement = level === 'alert' || level === 'caution' ? `, ${levelFacts[level].label}` : '';
  const label = `${node.host}, ${text} ${colour.metric}, ${state}${judgement}`;
  return { paint, sign: levelFacts[level].sign, text, level, label };
}

/** How a node stands in a metric. @param at the server's time, Unix milliseconds. */
export function levelOf(node: NodeRow, cluster: Cluster, name: string, at: number): Level {
  const value = node.metrics[name]?.value;
  if (value === undefined) return 'none';
  const metric = metricConfigOf(cluster, node.subCluster, name);
  return (metric && judgeNode(metric, value, isBusy(node, statusOf(node, at)))) ?? 'unjudged';
}

/** How a level is shown: values within their thresholds need no sign. */
export const levelFacts: Readonly<Record<Level, { label: string; sign: string; meaning: string }>> = {
  alert: { label: 'Alert', sign: '▲', meaning: 'beyond the alert threshold' },
  caution: { label: 'Caution', sign: '△', meaning: 'beyond the caution threshold' },
  normal: { label: 'Normal', sign: '', meaning: 'within the thresholds' },
  unjudged: { label: 'Not judged', sign: '', meaning: 'there is no threshold, or no job whose work it would judge' },
  none: { label: 'No value', sign: '–', meaning: 'no value within the last fifteen minutes' },
};
