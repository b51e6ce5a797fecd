import { type Cluster, isCcApiError, parseCluster } from '@moorline/cc-api';
import type { UserStore } from '@moorline/cc-api/server';
import type { Store } from '@moorline/cc-store';
import { readArchiveJob } from '../archive-folder/read-job.js';
import { writeArchiveFolder } from '../archive-folder/write-folder.js';
import { checkAgentSetting } from '../controller/agent-config.js';
import { ServerError } from '../error.js';
import type { ControlWork } from './control-handlers.js';
import type { ControlInput } from './protocol.js';
import { versionsOf } from './table-versions.js';

/** The commands that need nothing but the store: they work with and without a running server. */
export type StoreCommand =
  | 'user-add'
  | 'user-list'
  | 'user-remove'
  | 'cluster-put'
  | 'cluster-list'
  | 'config-get'
  | 'config-set'
  | 'import-job'
  | 'export-jobs'
  | 'backup'
  | 'migrate-status'
  | 'check';

export interface StoreWorkOptions {
  store: Store;
  users: UserStore;
  /** Makes what may be stored of a password. */
  hashPassword(password: string): Promise<string>;
  /** Told when a setting of agents was stored. */
  settingsChanged?: (() => Promise<void>) | undefined;
}

/** What these commands do to the store. */
export function createStoreWork({
  store,
  users,
  hashPassword,
  settingsChanged,
}: StoreWorkOptions): Pick<ControlWork, StoreCommand> {
  const { clusters } = store;
  return {
    async 'user-add'({ password, ...user }) {
      refuseBadUser(user, password);
      const stored = { ...user, authType: 0, authSource: 0 };
      const withPassword = password === undefined ? {} : { passwordHash: await hashPassword(password) };
      if (!(await users.create({ ...stored, ...withPassword }))) throw userExists(user.username);
      return null;
    },
    async 'user-list'() {
      return (await users.list()).map(({ username, name, email, roles, projects }) => ({
        username,
        name,
        email,
        roles: roles ?? [],
        projects: projects ?? [],
      }));
    },
    'user-remove': async ({ username }) => ({ removed: await users.delete(username) }),
    async 'cluster-put'({ description, mayReplace }) {
      const described = readCluster(description);
      const { name } = described;
      const known = clusters.find(name);
      if (known !== undefined && isSame(known, described)) return { name, outcome: 'same' };
      if (known !== undefined && !mayReplace) throw clusterExists(name);
      await clusters.putCluster(described);
      return { name, outcome: known === undefined ? 'added' : 'replaced' };
    },
    async 'cluster-list'() {
      return clusters.list().map(({ name, subClusters, metricConfig }) => ({
        name,
        subClusters: subClusters.length,
        metrics: metricConfig.length,
      }));
    },
    'config-get': async () => ({ ...(await store.agentSettings.all()) }),
    async 'config-set'({ key, value }) {
      checkAgentSetting(key, value);
      await store.agentSettings.set(key, value);
      await settingsChanged?.();
      return null;
    },
    async 'import-job'({ folder }) {
      const { meta, data } = await readArchiveJob(folder);
      return { outcome: (await store.importJob(meta, data)).outcome };
    },
    'export-jobs': ({ folder, cluster }) =>
      writeArchiveFolder(
        folder,
        // Without the lists that a server generates.
        clusters
          .list()
          .filter(({ name }) => cluster === undefined || name === cluster)
          .map(parseCluster),
        store.exportJobs({ cluster }),
      ),
    async backup({ path }) {
      await store.backup(path);
      return null;
    },
    'migrate-status': async () => versionsOf(await store.migrations()),
    check: async () => ({ problems: (await store.check()).faults }),
  };
}

/** @throws ServerError `bad_user`: what ClusterCockpit's own command refuses, this does too. */
function refuseBadUser(user: Omit<ControlInput<'user-add'>, 'password'>, password: string | undefined): void {
  const refuse = (reason: string, hint: string) =>
    new ServerError(`user ${user.username} was not added: ${reason}`, { code: 'bad_user', hint });
  const isProgram = user.roles.every((role) => role === 'api');
  if (password === undefined && !isProgram) {
    throw refuse('only users of the role "api" may go without a password', 'give a password');
  }
  if (!user.roles.includes('manager') && user.projects.length > 0) {
    throw refuse('only managers have projects', 'add the role "manager", or leave the projects out');
  }
}

function readCluster(description: unknown): Cluster {
  try {
    return parseCluster(description);
  } catch (error) {
    if (!isCcApiError(error)) throw error;
    throw new ServerError(`the cluster's description cannot be used: ${error.message}`, {
      code: 'bad_cluster_file',
      hint: error.hint ?? 'correct the file',
      cause: error,
    });
  }
}

/** The known one carries lists that were generated; they are made from the rest. */
function isSame(known: Cluster, described: Cluster): boolean {
  return JSON.stringify(parseCluster(known)) === JSON.stringify(parseCluster(described));
}

const userExists = (username: string): ServerError =>
  new ServerError(`there is a user ${username} already`, {
    code: 'user_exists',
    hint: 'choose another name, or remove that user first',
  });

const clusterExists = (name: string): ServerError =>
  new ServerError(`there is another description of the cluster ${name} already`, {
    code: 'cluster_exists',
    hint: 'put this one in its place with --replace',
  });
