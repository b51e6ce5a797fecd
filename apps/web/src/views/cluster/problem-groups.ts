import type { MetricConfig, NodeRow } from '@moorline/control-api';
import { formatRelative } from '../../format/duration.js';
import { formatQuantity } from '../../format/unit.js';
import { healthFacts, lastHeard, statusFacts } from './node-status.js';
import { type Finding, type Problem, type ProblemKind, problemKinds } from './problems.js';
import { everything, type Selection } from './selection.js';
import { isLowerBetter } from './thresholds.js';

/** Nodes with the same thing wrong. */
export interface ProblemGroup {
  /** Unlike that of any other group. */
  key: string;
  kind: ProblemKind;
  title: string;
  meaning: string;
  /** By host; at least one. */
  members: ProblemMember[];
  /** Shows them in the grid, and what is wrong with them by its colours. */
  selection: Selection;
}

export interface ProblemMember {
  node: NodeRow;
  /** How bad it is: a value, or since when. Empty where there is nothing more to say. */
  detail: string;
  /** The same in full. */
  explanation: string;
}

/**
 * Problems by what is wrong, the worst first: a rack without power is one line of hosts. A node with several things wrong is in
 * several groups.
 *
 * @param problems in the order of {@link findProblems}. @param at the server's time, Unix milliseconds.
 */
export function groupProblems(problems: readonly Problem[], at: number): ProblemGroup[] {
  const groups = new Map<string, ProblemGroup>();
  for (const { node, findings } of problems) {
    for (const finding of findings) {
      const key = 'metric' in finding ? `${finding.kind} ${finding.metric.name}` : finding.kind;
      const group = groups.get(key) ?? { key, kind: finding.kind, ...headOf(finding), members: [] };
      group.members.push({ node, ...detailOf(finding, node, at) });
      groups.set(key, group);
    }
  }
  // Findings come by node: those of the worst nodes first, which is not yet the order of the kinds.
  return [...groups.values()].sort((one, other) => rank(one) - rank(other));
}

function headOf(finding: Finding): Pick<ProblemGroup, 'title' | 'meaning' | 'selection'> {
  if ('metric' in finding) {
    const { kind, metric } = finding;
    return {
      title: `${metric.name}: ${kind}`,
      meaning: `${isLowerBetter(metric) ? 'too high' : 'too low for nodes with jobs'}`,
      selection: { ...everything, colour: { by: 'metric', metric: metric.name }, levels: [kind] },
    };
  }
  const { kind } = finding;
  if (kind === 'down' || kind === 'silent') {
    const { label, meaning } = statusFacts[kind];
    return { title: label, meaning, selection: { ...everything, statuses: [kind] } };
  }
  const { label, meaning } = healthFacts[kind];
  return {
    title: `Health ${label.toLowerCase()}`,
    meaning,
    selection: { ...everything, colour: { by: 'health' }, healths: [kind] },
  };
}

function detailOf(finding: Finding, node: NodeRow, at: number): Pick<ProblemMember, 'detail' | 'explanation'> {
  if ('metric' in finding) {
    const { metric, value, kind } = finding;
    const detail = formatQuantity(value, metric.unit);
    return { detail, explanation: `${metric.name} is ${detail}, ${thresholdText(metric, kind)}` };
  }
  if (finding.kind !== 'silent') return { detail: '', explanation: '' };
  const heard = lastHeard(node) ?? Number.NaN;
  const detail = formatRelative(heard / 1000, at / 1000);
  return { detail, explanation: `last heard of ${detail}` };
}

function thresholdText(metric: MetricConfig, kind: 'alert' | 'caution'): string {
  const side = isLowerBetter(metric) ? 'at or above' : 'at or below';
  return `${side} the threshold of ${formatQuantity(metric[kind], metric.unit)}`;
}

const rank = ({ kind }: ProblemGroup): number => problemKinds.indexOf(kind);
