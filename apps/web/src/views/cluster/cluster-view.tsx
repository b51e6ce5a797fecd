import { useEffect } from 'preact/hooks';
import { seesNodes } from '../../api/roles.js';
import { useClusters } from '../../api/use-clusters.js';
import { useApp } from '../../app-context.js';
import { Link } from '../../routing/link.js';
import type { ViewProps } from '../../routing/views.js';
import { Page } from '../../ui/page.js';
import { EmptyState, ErrorState, Loading } from '../../ui/states.js';
import { ClusterSwitch } from './cluster-switch.js';
import { ClustersOverview } from './clusters-overview.js';
import { OneCluster } from './one-cluster.js';
import './cluster.css';

/** One cluster, or all of them where the address names none. */
export function ClusterView({ cluster: name }: ViewProps<'cluster'>) {
  const { router, session } = useApp();
  const state = session.state.value;
  const mayLook = state.status === 'signedIn' && seesNodes(state.me);
  const clusters = useClusters();
  const known = clusters.data?.clusters ?? [];
  const only = name === undefined && known.length === 1 ? known[0]?.name : undefined;
  useEffect(() => {
    if (only !== undefined && mayLook) router.navigate({ view: 'cluster', cluster: only }, { replace: true });
  }, [only, mayLook, router]);

  const title = name ?? 'Clusters';
  if (!mayLook) {
    return (
      <Page title={title}>
        <EmptyState title="Nodes are for those who run the cluster">
          Your roles show jobs only. An administrator can give you the role support.{' '}
          <Link to={{ view: 'jobs' }}>Your jobs</Link>
        </EmptyState>
      </Page>
    );
  }
  if (clusters.data === undefined) {
    return (
      <Page title={title}>
        {clusters.error === undefined ? (
          <Loading label="Clusters" />
        ) : (
          <ErrorState title="The clusters could not be read" error={clusters.error} onRetry={clusters.refetch} />
        )}
      </Page>
    );
  }
  const cluster = known.find((one) => one.name === name);
  return (
    <Page title={title} actions={name !== undefined && <ClusterSwitch clusters={known} cluster={name} />}>
      {cluster !== undefined ? (
        <OneCluster key={cluster.name} cluster={cluster} />
      ) : name !== undefined ? (
        <EmptyState title={`There is no cluster ${name}`}>
          <Link to={{ view: 'cluster', cluster: undefined }}>All clusters</Link>
        </EmptyState>
      ) : known.length === 0 ? (
        <EmptyState title="There is no cluster yet">
          A machine that enrols brings its cluster along; a whole one is described with{' '}
          <code>moorline-server cluster add FILE</code>.
        </EmptyState>
      ) : (
        <ClustersOverview clusters={known} />
      )}
    </Page>
  );
}
