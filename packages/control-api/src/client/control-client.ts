import type {
  ClusterList,
  CreatedRegistration,
  EngineReport,
  JobAnswer,
  JobPage,
  JobSearch,
  MachineAnswer,
  MachineIdentity,
  MachineList,
  MachineToken,
  Me,
  MetricQuery,
  MetricRangeList,
  NewRegistration,
  NodeAnswer,
  NodeList,
  NodeQuery,
  NodeStateList,
  NodeStateQuery,
  RegistrationList,
} from '../wire/models.js';
import type { LiveOptions, LiveSubscription } from './live-subscription.js';

/** Options of one call. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Milliseconds for all attempts together, in place of the client's; 0 turns the deadline off. */
  timeoutMs?: number | undefined;
}

/**
 * One method for each operation of the document, with its id as name; what they answer is the body. All reject with a
 * {@link ControlApiError}, with core's `TimeoutError`, or with the reason of an aborted signal.
 */
export interface ControlClient {
  /** Turns a machine's session token into an hour's token. Uses its own credential, not the client's. */
  exchangeToken(machine: { machineId: string; sessionToken: string }, options?: CallOptions): Promise<MachineToken>;
  /**
   * The machine's Juju identity, with a first password. It comes once; again for the same claim until that password was replaced.
   * Uses its own credential, not the client's.
   *
   * @param machine `claim`: a secret of the machine's own, 24 characters or more.
   * @throws ControlApiError `identity_taken`.
   */
  takeIdentity(
    machine: { machineId: string; sessionToken: string; claim: string },
    options?: CallOptions,
  ): Promise<MachineIdentity>;
  /** Who is asking, and which server answers. */
  getMe(options?: CallOptions): Promise<Me>;
  /** Signs in with a one-time link; a browser keeps the session's cookie. @throws ControlApiError `link_spent`, `forbidden`. */
  redeemLink(link: string, options?: CallOptions): Promise<void>;

  /** All clusters, by name. */
  listClusters(options?: CallOptions): Promise<ClusterList>;
  /** Describes a whole cluster, under its name. @throws ControlApiError `bad_cluster`, `out_of_scope`. */
  putCluster(description: { name: string }, options?: CallOptions): Promise<void>;
  /** Describes one machine of a cluster. @throws ControlApiError `bad_cluster`, `out_of_scope`. */
  putHost(cluster: string, host: string, description: HostBody, options?: CallOptions): Promise<void>;

  /** One page of jobs. @throws ControlApiError `unknown_cursor` where the cursor belongs to another search. */
  searchJobs(search?: JobSearch, options?: CallOptions): Promise<JobPage>;
  /** @param id the store's row id. @throws ControlApiError `not_found`. */
  getJob(id: number, options?: CallOptions): Promise<JobAnswer>;
  /** @param id the store's row id. @throws ControlApiError `not_found`. */
  getJobMetrics(id: number, query?: MetricQuery, options?: CallOptions): Promise<MetricRangeList>;

  /** Every node of a cluster. @param query `metric`: whose newest values are wanted. @throws ControlApiError `not_found`. */
  listNodes(cluster: string, query?: NodeQuery, options?: CallOptions): Promise<NodeList>;
  /** @throws ControlApiError `not_found`. */
  getNode(cluster: string, host: string, options?: CallOptions): Promise<NodeAnswer>;
  /** States of a node, the newest first. @throws ControlApiError `not_found`, `unknown_cursor`. */
  listNodeStates(cluster: string, host: string, query?: NodeStateQuery, options?: CallOptions): Promise<NodeStateList>;
  /** Without a range the last hour. @throws ControlApiError `not_found`. */
  getNodeMetrics(cluster: string, host: string, query?: MetricQuery, options?: CallOptions): Promise<MetricRangeList>;

  listMachines(options?: CallOptions): Promise<MachineList>;
  /** @throws ControlApiError `not_found`. */
  getMachine(id: string, options?: CallOptions): Promise<MachineAnswer>;
  /** Tells what the agent of this client's token does. */
  putReport(report: EngineReport, options?: CallOptions): Promise<void>;

  listRegistrations(options?: CallOptions): Promise<RegistrationList>;
  /** Makes a registration token, which is shown this once; never sent twice. */
  createRegistration(registration: NewRegistration, options?: CallOptions): Promise<CreatedRegistration>;
  /** @throws ControlApiError `not_found` where it opened nothing any more. */
  revokeRegistration(id: string, options?: CallOptions): Promise<void>;

  /**
   * Listens to the live channel (operation `live`): connects, connects again behind the last event whenever the stream ends or falls
   * silent, and ends when it is closed, its signal is aborted, or the server refuses (its error says why).
   */
  subscribeLive(options?: LiveOptions): LiveSubscription;
}

/** A host's description from whatever types describe it: both parts are checked by the server. */
export interface HostBody {
  subCluster: object;
  metricConfig: readonly object[];
}
