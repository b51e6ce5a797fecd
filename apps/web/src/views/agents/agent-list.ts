import type { MachineRow } from '@moorline/control-api';
import { byHost } from '../cluster/by-host.js';
import { type Concern, concerns, concernsOf, lastHeardOf } from './agent-state.js';
import { compareVersions } from './versions.js';

/** By what the table of agents can be sorted. */
export const agentSorts = ['number', 'host', 'group', 'version', 'enrolled', 'heard', 'backlog'] as const;

export type AgentSort = (typeof agentSorts)[number];

export function isAgentSort(word: string): word is AgentSort {
  return agentSorts.some((sort) => sort === word);
}

/** What the reader chose to see; all of it is in the address. */
export interface AgentSelection {
  /** Part of a host, group, version or id, in any case; empty = all. */
  text: string;
  /** Agents of which at least one of these is so; empty = all. */
  concerns: readonly Concern[];
  /** Agents of this version, those that said none where it is empty; undefined = all. */
  version: string | undefined;
  sort: AgentSort;
  order: 'asc' | 'desc';
}

/** Reads the query of an address; what it does not know counts as not said. */
export function readAgentSelection(query: URLSearchParams): AgentSelection {
  const only = new Set<string>((query.get('only') ?? '').split(','));
  return {
    text: query.get('text') ?? '',
    concerns: concerns.filter((concern) => only.has(concern)),
    version: query.get('version') ?? undefined,
    sort: agentSorts.find((sort) => sort === query.get('sort')) ?? 'number',
    order: query.get('order') === 'desc' ? 'desc' : 'asc',
  };
}

/** The shortest query that {@link readAgentSelection} reads back. */
export function writeAgentSelection({ text, concerns, version, sort, order }: AgentSelection): URLSearchParams {
  const query = new URLSearchParams();
  if (text !== '') query.set('text', text);
  if (concerns.length > 0) query.set('only', concerns.join(','));
  if (version !== undefined) query.set('version', version);
  if (sort !== 'number') query.set('sort', sort);
  if (order === 'desc') query.set('order', order);
  return query;
}

/** @param now Unix milliseconds. */
export function selectAgents(machines: readonly MachineRow[], selection: AgentSelection, now: number): MachineRow[] {
  const wanted = selection.text.trim().toLowerCase();
  const direction = selection.order === 'asc' ? 1 : -1;
  const compare = comparisons[selection.sort];
  return machines
    .filter(({ agentVersion = '' }) => selection.version === undefined || agentVersion === selection.version)
    .filter((machine) => textsOf(machine).some((text) => text.toLowerCase().includes(wanted)))
    .filter(
      (machine) =>
        selection.concerns.length === 0 ||
        concernsOf(machine, now).some((concern) => selection.concerns.includes(concern)),
    )
    .sort((one, other) => direction * compare(one, other) || one.number - other.number);
}

const textsOf = ({ host, group, agentVersion = '', id }: MachineRow): string[] => [host, group, agentVersion, id];

const comparisons: Readonly<Record<AgentSort, (one: MachineRow, other: MachineRow) => number>> = {
  number: (one, other) => one.number - other.number,
  host: byHost,
  group: (one, other) => byHost({ host: one.group }, { host: other.group }) || byHost(one, other),
  version: (one, other) => compareVersions(one.agentVersion, other.agentVersion),
  enrolled: (one, other) => one.enrolledAt - other.enrolledAt,
  heard: (one, other) => lastHeardOf(one) - lastHeardOf(other),
  backlog: (one, other) => (one.spool?.entries ?? -1) - (other.spool?.entries ?? -1),
};
