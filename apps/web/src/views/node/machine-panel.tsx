import type { Cluster, MachineAnswer, NodeRow } from '@moorline/control-api';
import type { ComponentChildren } from 'preact';
import type { QueryResult } from '../../api/use-query.js';
import { formatTime } from '../../format/time.js';
import { formatQuantity } from '../../format/unit.js';
import { timeZone } from '../../ui/preferences.js';
import { ErrorState, Loading } from '../../ui/states.js';
import { machineFacts } from './machine-facts.js';

/** Properties of {@link MachinePanel}. */
export interface MachinePanelProps {
  node: NodeRow;
  /** Of its cluster. */
  description: Cluster | undefined;
  /** What it enrolled with; without data and error where it has no agent, or one may not see it. */
  details: QueryResult<MachineAnswer>;
}

/** What the node is, and what of it is in use. */
export function MachinePanel({ node, description, details }: MachinePanelProps) {
  const subCluster = description?.subClusters.find(({ name }) => name === node.subCluster);
  return (
    <section aria-label="Machine">
      <h2>Machine</h2>
      <dl class="node-facts">
        {subCluster === undefined ? null : (
          <>
            <Fact name="Kind of node">{subCluster.processorType}</Fact>
            <Fact name="Layout">
              {`${subCluster.socketsPerNode} × ${subCluster.coresPerSocket} cores × ${subCluster.threadsPerCore} threads`}
            </Fact>
          </>
        )}
        {details.data === undefined
          ? null
          : machineFacts(details.data.inventory).map(({ name, value }) => (
              <Fact key={name} name={name}>
                {value}
              </Fact>
            ))}
        {details.data === undefined ? null : (
          <Fact name="Enrolled">{formatTime(details.data.machine.enrolledAt / 1000, timeZone.value)}</Fact>
        )}
        {node.jobsRunning === undefined ? null : <Fact name="Jobs running">{node.jobsRunning}</Fact>}
        {node.cpusAllocated === undefined ? null : <Fact name="Threads in use">{node.cpusAllocated}</Fact>}
        {node.memoryAllocated === undefined ? null : (
          <Fact name="Memory in use">{formatQuantity(node.memoryAllocated, { base: 'B', prefix: 'M' })}</Fact>
        )}
        {node.gpusAllocated === undefined ? null : <Fact name="GPUs in use">{node.gpusAllocated}</Fact>}
        {node.health === undefined ? null : <Fact name="Metrics">{healths[node.health]}</Fact>}
      </dl>
      {details.error !== undefined && details.data === undefined ? (
        <ErrorState
          title="What the machine enrolled with could not be read"
          error={details.error}
          onRetry={details.refetch}
        />
      ) : details.isFetching && details.data === undefined ? (
        <Loading label="Machine" lines={3} />
      ) : null}
    </section>
  );
}

const healths = { full: 'all arrive', partial: 'some do not arrive', failed: 'none arrives' };

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="node-fact">
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}
