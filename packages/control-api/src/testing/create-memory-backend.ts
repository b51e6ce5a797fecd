import { type Clock, systemClock } from '@moorline/core';
import type { ControlBackend } from '../server/backend.js';
import type { LiveChange } from '../server/live/live-change.js';
import { maySee, type Visibility } from '../server/principal.js';
import type { Cluster, Job, JobState, MachineAnswer, NodeStateRow } from '../wire/models.js';
import { places as madePlaces, type Place } from './memory/clusters.js';
import { loadOf, measure } from './memory/curves.js';
import { makeJobs, rowOf } from './memory/jobs.js';
import { makeMachines, makeRegistrations } from './memory/machines.js';
import { nodeRow, statesOf } from './memory/nodes.js';
import { searchIn, unknownCursor } from './memory/search.js';

/** What a memory backend begins with. */
export interface MemoryBackendOptions {
  /** Chooses all its data: the same seed and time, the same data. Default 1. */
  seed?: number | undefined;
  clock?: Clock | undefined;
  /** Told of every change, for a live feed. */
  publish?: ((change: LiveChange) => void) | undefined;
}

/** People of a memory backend; the name is the role, but for `alice` and `bob`, who are users. */
export interface MemoryUser {
  name: string;
  email: string;
  roles: readonly string[];
  projects: readonly string[];
}

/** Two clusters, a week of jobs with curves, machines and registrations, and what happens on top of that. */
export interface MemoryBackend extends ControlBackend {
  readonly clusters: readonly Cluster[];
  /** All jobs by row id; add and change at will. */
  readonly jobs: ReadonlyMap<number, Job>;
  readonly machines: ReadonlyMap<string, MachineAnswer>;
  /** By user name. */
  readonly users: ReadonlyMap<string, MemoryUser>;
  /** Session tokens that `POST /token` and `POST /identity` take, by machine id. */
  readonly sessionTokens: ReadonlyMap<string, string>;
  /** Starts a job now, on the first host unless told otherwise, and publishes it. */
  startJob(job?: Partial<Job>): Job;
  /** Ends a job now and publishes it. Default `completed`. */
  stopJob(id: number, jobState?: JobState): void;
  /** Forgets a job and publishes that. */
  deleteJob(id: number): void;
  /** Changes a job, and publishes it. */
  changeJob(id: number, change: Partial<Job>): void;
  /** Reports a node's state now, and publishes it. */
  reportNode(cluster: string, host: string, state: Omit<NodeStateRow, 'time'>): void;
}

/** Storage for tests and for pages in the making: believable data, nothing on disk. Works in browsers. */
export function createMemoryBackend(options: MemoryBackendOptions = {}): MemoryBackend {
  const { seed = 1, clock = systemClock, publish = () => undefined } = options;
  const seconds = (): number => Math.floor(clock.now() / 1000);
  const places = new Map(madePlaces.map((place): [string, Place] => [place.cluster.name, place]));
  const jobs = new Map<number, Job>();
  for (const place of places.values()) {
    for (const job of makeJobs(place, seed, seconds(), jobs.size + 1)) jobs.set(job.id ?? 0, job);
  }
  const machines = new Map(makeMachines(madePlaces, seed, clock.now()).map((one) => [one.machine.id, one]));
  const sessionTokens = new Map([...machines.keys()].map((id) => [id, `session-token-of-${id}`]));
  const identities = new Map<string, string>();
  const registrations = makeRegistrations(clock.now());
  const reported = new Map<string, NodeStateRow[]>();

  let load = loadOf([...jobs.values()], seed);
  const statesAt = (place: Place, host: string): NodeStateRow[] => [
    ...(reported.get(`${place.cluster.name}/${host}`) ?? []),
    ...statesOf(place, host, [...jobs.values()], seconds()),
  ];
  const rowAt = (place: Place, host: string, metrics: readonly string[]) => {
    const row = nodeRow(place, host, statesAt(place, host), metrics, { load, now: seconds(), seed });
    const machineId = [...machines.values()].find(({ machine }) => machine.host === host)?.machine.id;
    return { ...row, ...(machineId === undefined ? {} : { machineId }) };
  };
  const placeOf = (cluster: string, host: string): Place | undefined => {
    const place = places.get(cluster);
    return place?.hosts.includes(host) === true ? place : undefined;
  };
  const visible = (id: number, visibility: Visibility): Job | undefined => {
    const job = jobs.get(id);
    return job !== undefined && maySee(visibility, job) ? job : undefined;
  };
  const put = (job: Job, change: 'started' | 'stopped' | 'changed'): void => {
    jobs.set(job.id ?? 0, job);
    load = loadOf([...jobs.values()], seed);
    publish({ event: 'job', data: { change, job: rowOf(job, seconds()) } });
  };

  return {
    jobs,
    machines,
    users,
    sessionTokens,
    get clusters() {
      return [...places.values()].map(({ cluster }) => cluster);
    },

    startJob(given = {}) {
      const id = Math.max(0, ...jobs.keys()) + 1;
      const [first = 'fritz'] = places.keys();
      const place = places.get(given.cluster ?? first);
      const template = [...jobs.values()].find(({ cluster }) => cluster === place?.cluster.name);
      if (template === undefined) throw new Error(`no job of cluster ${given.cluster} to begin with`);
      const [hostname = ''] = place?.hosts ?? [];
      const job: Job = {
        ...template,
        ...{ id, jobId: 2_000_000 + id, jobState: 'running', startTime: seconds(), duration: 86_400, tags: [] },
        ...{ resources: [{ hostname }], numNodes: 1, metaData: { jobName: `job-${id}` }, footprint: null },
        ...given,
      };
      put(job, 'started');
      return job;
    },
    stopJob(id, jobState = 'completed') {
      const job = jobs.get(id);
      if (job !== undefined) put({ ...job, jobState, duration: Math.max(0, seconds() - job.startTime) }, 'stopped');
    },
    changeJob(id, change) {
      const job = jobs.get(id);
      if (job !== undefined) put({ ...job, ...change, id }, 'changed');
    },
    deleteJob(id) {
      const owner = jobs.get(id);
      if (jobs.delete(id)) publish({ event: 'job', data: { change: 'deleted', id }, owner });
    },
    reportNode(cluster, host, state) {
      const place = placeOf(cluster, host);
      if (place === undefined) return;
      const key = `${cluster}/${host}`;
      reported.set(key, [{ time: seconds(), ...state }, ...(reported.get(key) ?? [])]);
      publish({ event: 'nodes', data: { cluster, nodes: [rowAt(place, host, [])] } });
    },

    async findMachine(machineId, sessionToken) {
      const machine = machines.get(machineId)?.machine;
      if (machine === undefined || sessionTokens.get(machineId) !== sessionToken) return undefined;
      const { id, number, group, host } = machine;
      return { id, number, nodeGroup: group, host, scope: host === 'head' ? [{ cluster: group }] : [] };
    },
    async createIdentity(machineId, claim) {
      if ((identities.get(machineId) ?? claim) !== claim) return undefined;
      identities.set(machineId, claim);
      return {
        tag: `machine-${machines.get(machineId)?.machine.number ?? 0}`,
        ...{
          modelUuid: '6f7d9c1e-58a4-4f0b-8a73-2f6d1c9b7e01',
          controllerUuid: 'c0ffee00-58a4-4f0b-8a73-2f6d1c9b7e02',
        },
        ...{ nonce: `nonce-${machineId}`, password: `first-password-of-${machineId}` },
      };
    },
    async putCluster(cluster) {
      places.set(cluster.name, placeFor(cluster, places.get(cluster.name)?.hosts));
      publish({ event: 'cluster', data: { name: cluster.name } });
    },
    async describeHost(cluster, host, { subCluster, metricConfig }) {
      const known = places.get(cluster)?.cluster;
      const others = known?.subClusters.filter(({ nodes }) => nodes !== host) ?? [];
      const described = {
        name: cluster,
        metricConfig,
        subClusters: [...others, { ...subCluster, name: host, nodes: host }],
      };
      places.set(cluster, placeFor(described, [...new Set([...(places.get(cluster)?.hosts ?? []), host])]));
      publish({ event: 'cluster', data: { name: cluster } });
    },
    describeUser: async (username) => users.get(username),

    listClusters: async () =>
      [...places.values()].map(({ cluster }) => cluster).sort((a, b) => (a.name < b.name ? -1 : 1)),
    searchJobs: async (search, visibility) => searchIn(jobs.values(), search, visibility, seconds()),
    async getJob(id, visibility) {
      const job = visible(id, visibility);
      return job === undefined ? undefined : { ...job, duration: rowOf(job, seconds()).duration };
    },
    async getJobMetrics(id, query, visibility) {
      const job = visible(id, visibility);
      const place = places.get(job?.cluster ?? '');
      if (job === undefined || place === undefined) return undefined;
      const end = Math.min(seconds(), job.startTime + rowOf(job, seconds()).duration);
      const range = { from: Math.max(job.startTime, query.from ?? 0), to: Math.min(end, query.to ?? end) };
      return measure(
        place,
        job.resources.map(({ hostname }) => hostname),
        { ...query, ...range },
        load,
        seed,
      );
    },

    async listNodes(cluster, metrics) {
      const place = places.get(cluster);
      if (place === undefined) return undefined;
      return { nodes: place.hosts.map((host) => rowAt(place, host, metrics)), at: clock.now() };
    },
    async getNode(cluster, host) {
      const place = placeOf(cluster, host);
      if (place === undefined) return undefined;
      const node = rowAt(
        place,
        host,
        place.metrics.map(({ name }) => name),
      );
      const machine = machines.get(node.machineId ?? '')?.machine;
      return { node, ...(machine === undefined ? {} : { machine }) };
    },
    async listNodeStates(cluster, host, { from = 0, to = Infinity, limit, cursor }) {
      const place = placeOf(cluster, host);
      if (place === undefined) return undefined;
      const states = statesAt(place, host).filter(({ time }) => time >= from && time <= to);
      const mark = `${cluster}/${host}/${from}/${to}/`;
      const start = cursor === undefined ? 0 : cursor.startsWith(mark) ? Number(cursor.slice(mark.length)) : NaN;
      if (!Number.isInteger(start)) throw unknownCursor();
      const end = start + limit;
      return { states: states.slice(start, end), ...(end < states.length ? { next: `${mark}${end}` } : {}) };
    },
    async getNodeMetrics(cluster, host, query) {
      const place = placeOf(cluster, host);
      if (place === undefined) return undefined;
      const { to = seconds() } = query;
      const { from = to - 3600 } = query;
      return measure(place, [host], { ...query, from, to: Math.min(to, seconds()) }, load, seed);
    },

    listMachines: async () => [...machines.values()].map(({ machine }) => machine),
    getMachine: async (id) => machines.get(id),
    async putReport(machineId, report) {
      const known = machines.get(machineId);
      if (known === undefined) return false;
      const { agentVersion, spool } = report;
      const reportedAt = clock.now();
      const machine = { ...known.machine, agentVersion, spool, reportedAt, lastSeenAt: reportedAt };
      machines.set(machineId, { ...known, machine, report });
      publish({ event: 'machine', data: { id: machineId, change: 'reported' } });
      return true;
    },

    listRegistrations: async () => [...registrations],
    async createRegistration({ group, expiresInMs, uses, clusters }) {
      const createdAt = clock.now();
      const id = `reg-${registrations.length + 1}`;
      const expiresAt = createdAt + expiresInMs;
      registrations.unshift({ id, group, clusters, createdAt, expiresAt, usesLeft: uses, state: 'open' });
      return { id, token: `registration-token-${id}`, expiresAt };
    },
    async revokeRegistration(id) {
      const index = registrations.findIndex((one) => one.id === id && one.state === 'open');
      const found = registrations[index];
      if (found !== undefined) registrations[index] = { ...found, state: 'revoked' };
      return found !== undefined;
    },
  };
}

/** A cluster that was described later, with the hosts that are known of it. */
function placeFor(cluster: Cluster, hosts: readonly string[] = []): Place {
  const shapes = new Map(madePlaces.flatMap(({ metrics }) => metrics).map((metric) => [metric.name, metric]));
  const metrics = cluster.metricConfig.map((config) => {
    const { idle = 0, busy = config.normal } = shapes.get(config.name) ?? {};
    return { ...config, idle, busy };
  });
  return { cluster, hosts, metrics };
}

const user = (name: string, roles: string[], projects: string[] = []): MemoryUser => ({
  ...{ name, roles, projects, email: name === '' ? '' : `${name.split(' ')[0]?.toLowerCase()}@example.org` },
});

const users: ReadonlyMap<string, MemoryUser> = new Map([
  ['admin', user('Ada Admin', ['admin'])],
  ['support', user('Sam Support', ['support'])],
  ['manager', user('Mia Manager', ['manager'], ['climate'])],
  ['alice', user('Alice', ['user'])],
  ['bob', user('Bob', ['user'])],
  ['api', user('', ['api'])],
  ['nobody', user('No Role', [])],
]);
