import { type Cluster, isCcApiError, parseCluster, withGeneratedLists } from '@moorline/cc-api';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { StoreError } from '../errors.js';
import type { CommitQueue } from '../sql/commit-queue.js';
import { type HostDescription, joinHost } from './join-host.js';

/** What the control plane knows of its clusters. Reads answer from memory, the same objects while nothing changed. */
export interface Clusters {
  /**
   * Adds or replaces a description.
   *
   * @throws StoreError `invalid_argument` where it could not be used: no metric, no subcluster, a broken node list ….
   */
  putCluster(cluster: Cluster): Promise<void>;
  /**
   * Puts a host into a cluster, made where it is new: into the subcluster of its shape, else into a new one. It leaves the one it was
   * in. Its metrics are added to the cluster's; one that is known by name stays as it is.
   *
   * @throws StoreError `invalid_argument` where host or description could not be used.
   */
  describeHost(clusterName: string, host: string, description: HostDescription): Promise<void>;
  /** Catches up with descriptions that another server put. */
  refresh(): Promise<void>;
  /** Every cluster by name, with the lists that a server generates for each subcluster. */
  list(): readonly Cluster[];
  find(name: string): Cluster | undefined;
}

/** @param reading the session that reads what is stored now. */
export async function openClusters(
  db: StoreDatabase,
  queue: CommitQueue,
  reading: Session,
  writing: Session,
): Promise<Clusters> {
  const all = prepare(db, (db, _: Params<object>) =>
    db.selectFrom('cluster').select(['name', 'document']).orderBy('name'),
  );
  const replace = prepare(db, (db, p: Params<{ name: string; document: string }>) =>
    db
      .insertInto('cluster')
      .values({ name: p.name, document: p.document })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ document: p.document })),
  );

  const one = prepare(db, (db, p: Params<{ name: string }>) =>
    db.selectFrom('cluster').select('document').where('name', '=', p.name),
  );

  /** As they are stored. */
  let stored = new Map<string, string>();
  let shown: readonly Cluster[] = [];
  let byName = new Map<string, Cluster>();
  const refresh = async (): Promise<void> => {
    const rows = await reading.all(all, {});
    if (rows.length === stored.size && rows.every(({ name, document }) => stored.get(name) === document)) return;
    shown = rows.map(({ name, document }) =>
      stored.get(name) === document
        ? (byName.get(name) ?? withGeneratedLists(readDocument(name, document)))
        : withGeneratedLists(readDocument(name, document)),
    );
    stored = new Map(rows.map(({ name, document }) => [name, document]));
    byName = new Map(shown.map((cluster) => [cluster.name, cluster]));
  };
  await refresh();

  /** @param change sees the newest description, also one that an earlier write of the same group made. */
  const write = async (name: string, change: (known: Cluster | undefined) => Cluster): Promise<void> => {
    const put = async (): Promise<boolean> => {
      const row = await writing.first(one, { name });
      const known = row === undefined ? undefined : readDocument(name, row.document);
      const document = JSON.stringify(usable(() => parseCluster(change(known))));
      if (row?.document === document) return false;
      await writing.run(replace, { name, document });
      return true;
    };
    await queue.write(put, undefined, (isNews) => (isNews ? [{ kind: 'cluster', name }] : []));
    await refresh();
  };

  return {
    putCluster: (cluster) => write(cluster.name, () => cluster),
    describeHost: (clusterName, host, description) =>
      write(clusterName, (known) =>
        joinHost(known ?? { name: clusterName, metricConfig: [], subClusters: [] }, host, description),
      ),
    refresh,
    list: () => shown,
    find: (name) => byName.get(name),
  };
}

/** @throws StoreError `invalid_argument` where the description breaks a rule. */
function usable(describe: () => Cluster): Cluster {
  try {
    return describe();
  } catch (error) {
    if (!isCcApiError(error)) throw error;
    throw new StoreError(`the cluster's description cannot be used: ${error.message}`, {
      code: 'invalid_argument',
      hint: error.hint ?? 'correct the description and put it again',
      cause: error,
      details: error.details,
    });
  }
}

function readDocument(name: string, document: string): Cluster {
  try {
    return parseCluster(JSON.parse(document));
  } catch (cause) {
    throw new StoreError(`the description of cluster ${name} cannot be read`, {
      code: 'file_corrupt',
      hint: 'restore the file from a backup',
      cause,
    });
  }
}
