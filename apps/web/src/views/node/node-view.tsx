import { isMoorlineError } from '@moorline/core';
import type { NodeAnswer } from '@moorline/control-api';
import { seesAgents } from '../../api/roles.js';
import { useClusters } from '../../api/use-clusters.js';
import { useQuery } from '../../api/use-query.js';
import { useApp } from '../../app-context.js';
import { formatRelative } from '../../format/duration.js';
import { Link } from '../../routing/link.js';
import type { ViewProps } from '../../routing/views.js';
import { Page } from '../../ui/page.js';
import { EmptyState, ErrorState, Loading } from '../../ui/states.js';
import { useNow } from '../../ui/use-now.js';
import { Connections } from './connections.js';
import { EngineTree } from './engine-tree.js';
import { MachinePanel } from './machine-panel.js';
import { NodeJobs } from './node-jobs.js';
import { NodeMetrics } from './node-metrics.js';
import { NodeStateBadge } from './node-state-badge.js';
import { StateHistory } from './state-history.js';
import './node-view.css';

/** One node: what it is, how it is and was, what runs on it, and how its agent does. */
export function NodeView({ cluster, host }: ViewProps<'node'>) {
  const { control } = useApp();
  const node = useQuery(`node ${cluster}/${host}`, (signal) => control.getNode(cluster, host, { signal }), {
    refetchOn: ({ event, data }) =>
      (event === 'nodes' && data.cluster === cluster && data.nodes.some((row) => row.host === host)) ||
      event === 'machine',
  });
  if (node.data === undefined) {
    return (
      <Page title={host}>
        {node.error === undefined ? (
          <Loading label="Node" lines={12} />
        ) : (
          <NoNode cluster={cluster} error={node.error} onRetry={node.refetch} />
        )}
      </Page>
    );
  }
  return <Found key={`${cluster}/${host}`} answer={node.data} readAt={node.updatedAt ?? 0} />;
}

/** @param props.readAt Unix milliseconds. */
function Found({ answer: { node, machine }, readAt }: { answer: NodeAnswer; readAt: number }) {
  const { control, session } = useApp();
  const { cluster, host } = node;
  const signedIn = session.state.value;
  const machineId = signedIn.status === 'signedIn' && seesAgents(signedIn.me) ? machine?.id : undefined;
  const details = useQuery(
    machineId === undefined ? undefined : `machine ${machineId}`,
    (signal) => control.getMachine(machineId ?? '', { signal }),
    { refetchOn: ({ event, data }) => event === 'machine' && data.id === machineId },
  );
  const clusters = useClusters();
  const description = clusters.data?.clusters.find(({ name }) => name === cluster);
  const now = useNow();

  return (
    <Page
      title={host}
      aside={
        <>
          <NodeStateBadge node={node} at={readAt} />
          <Link to={{ view: 'cluster', cluster }}>{cluster}</Link>
          <span class="text">{node.subCluster}</span>
          {node.reportedAt === undefined ? null : <span>reported {formatRelative(node.reportedAt / 1000, now)}</span>}
        </>
      }
    >
      <div class="node-top">
        <MachinePanel node={node} description={description} details={details} />
        <Connections machine={details.data?.machine ?? machine} now={now} />
      </div>
      {description === undefined ? null : <NodeMetrics node={node} description={description} />}
      <StateHistory cluster={cluster} host={host} />
      <NodeJobs cluster={cluster} host={host} />
      {details.data === undefined ? null : <EngineTree report={details.data.report} now={now} />}
    </Page>
  );
}

function NoNode({ cluster, error, onRetry }: { cluster: string; error: unknown; onRetry: () => void }) {
  const toCluster = <Link to={{ view: 'cluster', cluster }}>All nodes of {cluster}</Link>;
  if (isMoorlineError(error) && error.code === 'not_found') {
    return (
      <EmptyState title="There is no such node" action={toCluster}>
        The description of the cluster has no node of this name.
      </EmptyState>
    );
  }
  if (isMoorlineError(error) && error.code === 'forbidden') {
    return (
      <EmptyState title="Nodes are not for your roles" action={<Link to={{ view: 'jobs' }}>Your jobs</Link>}>
        Administrators, support and programs see nodes.
      </EmptyState>
    );
  }
  return <ErrorState title="The node could not be read" error={error} onRetry={onRetry} />;
}
