import { parseCluster } from '@moorline/cc-api';
import type { Store } from '@moorline/cc-store';
import { ControlApiError } from '@moorline/control-api';
import type { ControlBackend } from '@moorline/control-api/server';
import { type Clock, systemClock } from '@moorline/core';
import type { MachineConnections } from '../machines/connections.js';
import { machineRow } from '../machines/machine-rows.js';
import type { Registrations } from '../machines/registrations.js';

export interface ControlBackendParts {
  store: Pick<
    Store,
    'backend' | 'jobs' | 'nodes' | 'metricRanges' | 'clusters' | 'machines' | 'reports' | 'identities'
  >;
  registrations: Registrations;
  connections: Pick<MachineConnections, 'read'>;
  clock?: Clock | undefined;
}

/** What is behind Moorline's own API: the store, and what this server knows of its machines' connections. */
export function createControlBackend(parts: ControlBackendParts): ControlBackend {
  const { store, registrations, connections, clock = systemClock } = parts;
  const { backend, jobs, nodes, metricRanges, clusters, machines, reports, identities } = store;

  const getMachine: ControlBackend['getMachine'] = async (id) => {
    const machine = await machines.findMachine(id);
    if (machine === undefined) return undefined;
    const [connectionsOf, report] = await Promise.all([connections.read(), reports.find(id)]);
    const row = machineRow(machine, { connections: connectionsOf(machine), report, now: clock.now() });
    return { machine: row, inventory: machine.inventory, ...(report && { report: report.report }) };
  };

  return {
    findMachine: (id, sessionToken) => machines.authenticateSession(id, sessionToken),
    createIdentity: (id, claim) => identities.create(id, claim),
    putCluster: (cluster) => clusters.putCluster(parseCluster(cluster)),
    describeHost: (cluster, host, description) => clusters.describeHost(cluster, host, description),

    async describeUser(username) {
      const user = await backend.users.find(username);
      return user && { name: user.name, email: user.email, projects: user.projects ?? [] };
    },

    listClusters: () => backend.clusters(),
    searchJobs: async (search, visibility) => (await jobs.search(search, visibility)) ?? unknownCursor(),
    getJob: (id, visibility) => backend.getJob(id, visibility),
    async getJobMetrics(id, query, visibility) {
      const job = await backend.getJob(id, visibility);
      return job && metricRanges.ofJob(job, query);
    },

    async listNodes(cluster, metrics) {
      const found = await nodes.list(cluster, metrics);
      return found && { nodes: found, at: clock.now() };
    },
    async getNode(cluster, host) {
      const node = await nodes.find(cluster, host);
      if (node === undefined) return undefined;
      const machine = node.machineId === undefined ? undefined : await getMachine(node.machineId);
      return { node, ...(machine && { machine: machine.machine }) };
    },
    async listNodeStates(cluster, host, query) {
      const page = await nodes.states(cluster, host, query);
      if (page === 'no_such_node') return undefined;
      return page === 'unknown_cursor' ? unknownCursor() : page;
    },
    async getNodeMetrics(cluster, host, { from = 0, to = Math.floor(clock.now() / 1000), ...query }) {
      return metricRanges.ofNode(cluster, host, { ...query, from, to });
    },

    async listMachines() {
      const [all, connectionsOf, known] = await Promise.all([
        machines.listMachines(),
        connections.read(),
        reports.list(),
      ]);
      const reportOf = new Map(known.map((report) => [report.machineId, report]));
      const now = clock.now();
      return all.map((machine) =>
        machineRow(machine, { connections: connectionsOf(machine), report: reportOf.get(machine.id), now }),
      );
    },
    getMachine,
    putReport: (id, report) => reports.put(id, report),

    listRegistrations: () => registrations.list(),
    createRegistration: (registration) => registrations.create(registration),
    revokeRegistration: (id) => registrations.revoke(id),
  };
}

function unknownCursor(): never {
  throw new ControlApiError('the cursor is not of this list, its filter and its order', {
    code: 'unknown_cursor',
    hint: 'begin again without one',
  });
}
