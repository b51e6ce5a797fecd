import type { Cluster, NodeList } from '@moorline/control-api';
import { useSignal } from '@preact/signals';
import { useMemo, useRef, useState } from 'preact/hooks';
import { useApp } from '../../app-context.js';
import { Button, Segments } from '../../ui/button.js';
import { TextField } from '../../ui/fields.js';
import { EmptyState, ErrorState, Loading } from '../../ui/states.js';
import { ramp } from './colours.js';
import { ColourChoice } from './colour-choice.js';
import { createMetricScale } from './metric-scale.js';
import { MetricLegend } from './metric-legend.js';
import { NodeDetails } from './node-details.js';
import { NodeFilters } from './node-filters.js';
import { NodeGrid } from './node-grid.js';
import { groupBySubCluster } from './node-groups.js';
import type { Sight } from './node-look.js';
import { metricsToAsk } from './node-metrics.js';
import { NodeFileButton, NodeTable } from './node-table.js';
import { ProblemList } from './problem-list.js';
import { findProblems } from './problems.js';
import { readSelection, type Selection, writeSelection } from './selection.js';
import { selectNodes } from './select-nodes.js';
import { totalsOf } from './totals.js';
import { TotalsStrip } from './totals-strip.js';
import { useHeld } from './use-held.js';
import { useNodes } from './use-nodes.js';
import { useRunningJobs } from './use-running-jobs.js';

/** The nodes of one cluster: what is in use, what is wrong, and every node. */
export function OneCluster({ cluster }: { cluster: Cluster }) {
  const { router } = useApp();
  const selection = readSelection(router.query.value);
  const metrics = metricsToAsk(cluster, selection);
  const nodes = useNodes(cluster, metrics);
  const runningJobs = useRunningJobs(cluster.name);
  // Another metric is another answer: until it is here, the nodes stay in sight.
  const last = useRef<NodeList>();
  if (nodes.data !== undefined) last.current = nodes.data;
  const list = last.current;

  if (list === undefined) {
    if (nodes.error === undefined) return <Loading label="Nodes" lines={12} />;
    return <ErrorState title="The nodes could not be read" error={nodes.error} onRetry={nodes.refetch} />;
  }
  if (list.nodes.length === 0) {
    return (
      <EmptyState title="This cluster has no nodes yet">
        Its description takes every host that reports. A node appears when its agent has enrolled and reports for the
        first time.
      </EmptyState>
    );
  }
  return (
    <Nodes
      cluster={cluster}
      list={list}
      metrics={metrics}
      selection={selection}
      runningJobs={runningJobs}
      onSelect={(change) => router.setQuery(writeSelection({ ...selection, ...change }), { replace: true })}
      onShow={(chosen) => router.setQuery(writeSelection(chosen))}
    />
  );
}

interface NodesProps {
  cluster: Cluster;
  list: NodeList;
  metrics: readonly string[];
  selection: Selection;
  runningJobs: string | undefined;
  /** Changes what is shown, in the same entry of the history. */
  onSelect: (change: Partial<Selection>) => void;
  /** Shows something else; the back button leads back. */
  onShow: (selection: Selection) => void;
}

function Nodes({ cluster, list, metrics, selection, runningJobs, onSelect, onShow }: NodesProps) {
  const { nodes, at } = list;
  // A signal: only the details look at it, not a thousand cells.
  const pointed = useSignal<string | undefined>(undefined);
  const [isPointing, setPointing] = useState(false);
  const problems = useMemo(() => findProblems(cluster, nodes, at), [cluster, nodes, at]);
  const selected = useMemo(() => selectNodes(cluster, nodes, selection, at), [cluster, nodes, selection, at]);
  const sight = useMemo(() => sightOf(cluster, list, selection), [cluster, list, selection]);
  // Which nodes are shown stays while one points at them; how they look follows.
  const members = useHeld(selected, isPointing);
  const shown = useMemo(() => {
    const newest = new Map(nodes.map((node) => [node.host, node]));
    return groupBySubCluster(
      cluster,
      members.flatMap(({ host }) => newest.get(host) ?? []),
    );
  }, [cluster, nodes, members]);
  const { colour, shape, sorting } = selection;
  const table = { cluster, nodes: selected, metrics, at, sorting };
  const metric = colour.by === 'metric' ? cluster.metricConfig.find(({ name }) => name === colour.metric) : undefined;

  return (
    <div class="cluster">
      <TotalsStrip cluster={cluster.name} totals={totalsOf(cluster, nodes, at)} runningJobs={runningJobs} />
      <div class="cluster-columns">
        <ProblemList cluster={cluster.name} problems={problems} at={at} onShow={onShow} />
        <section class="nodes" aria-labelledby="nodes-title">
          <header class="nodes-head">
            <h2 id="nodes-title">
              Nodes <span class="number">{nodes.length}</span>
            </h2>
            <TextField
              label="Host"
              type="search"
              value={selection.host}
              placeholder="Part of its name"
              autocomplete="off"
              spellcheck={false}
              onValue={(host) => onSelect({ host })}
            />
            <ColourChoice
              cluster={cluster}
              colour={colour}
              onChange={(chosen) => onSelect({ colour: chosen, levels: [] })}
            />
            <Segments
              label="Shown as"
              options={[
                { value: 'grid', label: 'Grid' },
                { value: 'table', label: 'Table' },
              ]}
              value={shape}
              onChange={(chosen) => onSelect({ shape: chosen })}
            />
            <NodeFileButton {...table} />
          </header>
          <NodeFilters cluster={cluster} nodes={nodes} at={at} selection={selection} onSelect={onSelect} />
          {metric === undefined ? null : <MetricLegend metric={metric} scale={sight.scale} />}
          <p class="nodes-shown" role="status">
            {selected.length === nodes.length ? '' : `${selected.length} of ${nodes.length} nodes shown`}
          </p>
          {shown.length === 0 ? (
            <EmptyState
              title="No node is so"
              action={
                <Button onClick={() => onSelect({ statuses: [], healths: [], levels: [], host: '' })}>Show all</Button>
              }
            />
          ) : shape === 'table' ? (
            <NodeTable {...table} onSort={(chosen) => onSelect({ sorting: chosen })} />
          ) : (
            <>
              <NodeDetails cluster={cluster} nodes={nodes} pointed={pointed} at={at} />
              <NodeGrid
                cluster={cluster.name}
                groups={shown}
                sight={sight}
                onPoint={(host) => {
                  pointed.value = host;
                  setPointing(host !== undefined);
                }}
              />
            </>
          )}
        </section>
      </div>
    </div>
  );
}

function sightOf(cluster: Cluster, { nodes, at }: NodeList, { colour }: Selection): Sight {
  const values = colour.by === 'metric' ? nodes.flatMap(({ metrics }) => metrics[colour.metric]?.value ?? []) : [];
  return { cluster, colour, scale: createMetricScale(values, ramp.length), at };
}
