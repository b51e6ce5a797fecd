import type {
  Cluster,
  CreatedRegistration,
  EngineReport,
  Job,
  JobPage,
  JobSearch,
  MachineAnswer,
  MachineRow,
  MetricRange,
  MetricScope,
  NewRegistration,
  NodeAnswer,
  NodeList,
  NodeStateList,
  Registration,
  SubCluster,
} from '../wire/models.js';
import type { Principal, Visibility } from './principal.js';

/** A machine as `POST /token` needs it. */
export interface TokenMachine {
  id: string;
  /** Small and never used again: job ids of the machine are made from it. */
  number: number;
  /** Its cluster has the same name. */
  nodeGroup: string;
  /** Its node name in that cluster. */
  host: string;
  /** What its registration token carried. */
  scope: NonNullable<Principal['scope']>;
}

/** What a machine's identity is made of; the server adds where its API is. */
export interface MadeIdentity {
  /** `machine-` and the machine's number. */
  tag: string;
  modelUuid: string;
  controllerUuid: string;
  nonce: string;
  /** A secret. */
  password: string;
}

/** What a machine says of itself: its hardware and the metrics that it measures, checked. */
export interface DescribedHost {
  subCluster: Omit<SubCluster, 'name' | 'nodes' | 'metricConfig' | 'footprint' | 'energyFootprint'>;
  metricConfig: Cluster['metricConfig'];
}

/** A search for jobs with its defaults filled in. */
export interface FilledJobSearch extends Omit<JobSearch, 'state' | 'tag'> {
  /** Any of these; empty = any. */
  states: NonNullable<JobSearch['state']>;
  /** All of these. */
  tags: readonly { type: string; name: string }[];
  sort: NonNullable<JobSearch['sort']>;
  order: NonNullable<JobSearch['order']>;
  /** 1 to 500. */
  limit: number;
  /** Whether the answer has `total`. */
  count: boolean;
}

/** Which series are wanted, with the defaults filled in. */
export interface FilledMetricQuery {
  /** Empty = all that the cluster measures. */
  metrics: readonly string[];
  /** At least one. */
  scopes: readonly MetricScope[];
  /** Unix seconds; absent only for a job: from its start. */
  from?: number;
  /** Unix seconds; absent only for a job: to its end. */
  to?: number;
  /** Values of a series at most, 10 to 20,000. */
  points: number;
}

/** Which states of a node are wanted, the newest first. */
export interface FilledStateQuery {
  /** Unix seconds, both ends included; absent = no bound. */
  from?: number;
  to?: number;
  /** 1 to 500. */
  limit: number;
  cursor?: string;
}

/**
 * What is behind the server half. Decoding, authentication, roles, statuses and texts are the handlers'; a backend only stores and
 * finds. Every promise that resolves stands for a durable write.
 *
 * A backend rejects when it fails itself (500 with a neutral text), or with a `ControlApiError`, which is answered as it is:
 * `unknown_cursor` for a cursor that is not its own, `unavailable` while it cannot answer.
 */
export interface ControlBackend {
  /** The machine whose session token this is; undefined when it is nobody's. */
  findMachine(machineId: string, sessionToken: string): Promise<TokenMachine | undefined>;
  /** Makes a machine's identity; undefined where it has one already, made for another claim or in use. */
  createIdentity(machineId: string, claim: string): Promise<MadeIdentity | undefined>;
  /** Stores a description. May reject with what `isRefusal` of the server's options knows. */
  putCluster(cluster: Cluster): Promise<void>;
  /** Puts a machine into its cluster. May reject as {@link putCluster}. */
  describeHost(cluster: string, host: string, description: DescribedHost): Promise<void>;

  /** Who this is beside the name; undefined where the subject is no user. */
  describeUser(username: string): Promise<{ name: string; email: string; projects: readonly string[] } | undefined>;

  /** With the generated lists of each subcluster, by name. */
  listClusters(): Promise<readonly Cluster[]>;
  searchJobs(search: FilledJobSearch, visibility: Visibility): Promise<JobPage>;
  /** With tags and metadata; undefined where there is none, or none that may be seen. @param id the row id. */
  getJob(id: number, visibility: Visibility): Promise<Job | undefined>;
  /** Undefined as {@link getJob}. Metrics without samples are left out. */
  getJobMetrics(id: number, query: FilledMetricQuery, visibility: Visibility): Promise<MetricRange[] | undefined>;

  /** Undefined where there is no such cluster. @param metrics whose newest values are wanted; empty = none. */
  listNodes(cluster: string, metrics: readonly string[]): Promise<NodeList | undefined>;
  /** With the newest value of every metric; undefined where the cluster has no such node. */
  getNode(cluster: string, host: string): Promise<NodeAnswer | undefined>;
  /** Undefined as {@link getNode}. */
  listNodeStates(cluster: string, host: string, query: FilledStateQuery): Promise<NodeStateList | undefined>;
  /** Undefined as {@link getNode}. */
  getNodeMetrics(cluster: string, host: string, query: FilledMetricQuery): Promise<MetricRange[] | undefined>;

  /** By number. */
  listMachines(): Promise<readonly MachineRow[]>;
  getMachine(id: string): Promise<MachineAnswer | undefined>;
  /** Keeps the newest report of a machine. @returns false where there is no such machine. */
  putReport(machineId: string, report: EngineReport): Promise<boolean>;

  /** The newest first. */
  listRegistrations(): Promise<readonly Registration[]>;
  createRegistration(registration: NewRegistration): Promise<CreatedRegistration>;
  /** @returns false where there is none that still opened something. */
  revokeRegistration(id: string): Promise<boolean>;
}
