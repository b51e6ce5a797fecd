import type { LiveEvent } from '../../wire/live-event.js';
import type { JobRow } from '../../wire/models.js';
import { clustersOf, isApiOnly, maySee, type Principal, type Visibility, visibilityOf } from '../principal.js';

type Owner = Pick<JobRow, 'user' | 'project' | 'cluster'>;

/** What is published: an event, and of a job that is gone whose it was, so that nobody else hears of it. */
export type LiveChange =
  | Exclude<LiveEvent, { event: 'job' | 'reset' }>
  | { event: 'job'; data: { change: 'started' | 'stopped' | 'changed'; job: JobRow } }
  /** Without an owner only those who see all jobs hear of it. */
  | { event: 'job'; data: { change: 'deleted'; id: number }; owner?: Owner | undefined };

/** What somebody may hear. */
export interface LiveRights {
  /** Of jobs; undefined = none. */
  visibility: Visibility | undefined;
  /** Whether nodes and samples. */
  nodes: boolean;
  /** Whether machines. */
  machines: boolean;
  /** Clusters that are all it may hear of; undefined = every one. */
  clusters: readonly string[] | undefined;
}

/** Nodes, samples and machines are for those who run the place, and for programs. */
export function rightsOf(principal: Principal): LiveRights {
  const isOperator = principal.roles.has('admin') || principal.roles.has('support') || isApiOnly(principal);
  const clusters = clustersOf(principal);
  return {
    visibility: visibilityOf(principal),
    nodes: isOperator,
    machines: isOperator && clusters === undefined,
    clusters,
  };
}

export function mayHear(rights: LiveRights, change: LiveChange): boolean {
  const cluster = clusterOf(change);
  if (cluster !== undefined && rights.clusters?.includes(cluster) === false) return false;
  switch (change.event) {
    case 'job':
      return mayHearOfJob(rights.visibility, ownerOf(change));
    case 'nodes':
    case 'samples':
      return rights.nodes;
    case 'machine':
      return rights.machines;
    case 'cluster':
      return true;
  }
}

function mayHearOfJob(visibility: Visibility | undefined, owner: Owner | undefined): boolean {
  if (visibility === undefined) return false;
  if (owner !== undefined) return maySee(visibility, owner);
  return visibility.jobs === 'all' && visibility.clusters === undefined;
}

/** The cluster that a change belongs to; undefined where it belongs to none, or to an unknown one. */
export function clusterOf(change: LiveChange): string | undefined {
  switch (change.event) {
    case 'job':
      return ownerOf(change)?.cluster;
    case 'nodes':
    case 'samples':
      return change.data.cluster;
    case 'cluster':
      return change.data.name;
    case 'machine':
      return undefined;
  }
}

function ownerOf(change: Extract<LiveChange, { event: 'job' }>): Owner | undefined {
  if ('owner' in change) return change.owner;
  return 'job' in change.data ? change.data.job : undefined;
}

/** What goes over the wire. */
export function eventOf(change: LiveChange): LiveEvent {
  return change.event === 'job' ? { event: 'job', data: change.data } : change;
}
