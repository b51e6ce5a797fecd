import { parseCluster } from '@moorline/cc-api';
import type { UserStore } from '@moorline/cc-api/server';
import { ControlApiError } from '@moorline/control-api';
import type { ControlBackend } from '@moorline/control-api/server';
import type { Store } from '@moorline/cc-store';
import type { MachineConnections } from '../machines/connections.js';
import { machineRow } from '../machines/machine-rows.js';
import type { Registrations } from '../machines/registrations.js';

export interface ControlBackendParts {
  store: Pick<Store, 'backend' | 'clusters' | 'machines' | 'identities'>;
  users: Pick<UserStore, 'find'>;
  registrations: Registrations;
  connections: MachineConnections;
}

/** What is behind Moorline's own API: the store, and what this server knows of its machines' connections. */
export function createControlBackend(parts: ControlBackendParts): ControlBackend {
  const { store, users, registrations, connections } = parts;
  const { backend, clusters, machines, identities } = store;
  return {
    findMachine: (id, sessionToken) => machines.authenticateSession(id, sessionToken),
    createIdentity: (id, claim) => identities.create(id, claim),
    putCluster: (cluster) => clusters.putCluster(parseCluster(cluster)),
    describeHost(cluster, host, { subCluster: { topology, ...hardware }, metricConfig }) {
      // Parsed by the rules of ClusterCockpit, as `describing` of the API's options has them: lists are there.
      const lists = { core: [], ...topology };
      return clusters.describeHost(cluster, host, { subCluster: { ...hardware, topology: lists }, metricConfig });
    },

    async describeUser(username) {
      const user = await users.find(username);
      return user && { name: user.name, email: user.email, projects: user.projects ?? [] };
    },

    listClusters: () => backend.clusters(),
    searchJobs: pending,
    getJob: (id, visibility) => backend.getJob(id, visibility),
    getJobMetrics: pending,
    listNodes: pending,
    getNode: pending,
    listNodeStates: pending,
    getNodeMetrics: pending,

    async listMachines() {
      const [all, connectionsOf] = await Promise.all([machines.listMachines(), connections.read()]);
      return all.map((machine) => machineRow(machine, connectionsOf(machine)));
    },
    async getMachine(id) {
      const [machine, connectionsOf] = await Promise.all([machines.findMachine(id), connections.read()]);
      return machine && { machine: machineRow(machine, connectionsOf(machine)), inventory: machine.inventory };
    },
    putReport: pending,

    listRegistrations: () => registrations.list(),
    createRegistration: (registration) => registrations.create(registration),
    revokeRegistration: (id) => registrations.revoke(id),
  };
}

const pending = (): Promise<never> =>
  Promise.reject(new ControlApiError('not yet', { code: 'unavailable', hint: 'a later version of the server does' }));
