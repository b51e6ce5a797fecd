import type { Cluster, NodeRow } from '@moorline/control-api';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useLive } from '../../api/use-live.js';
import { useApp } from '../../app-context.js';
import { loadRangesBy } from '../../plots/control-ranges.js';
import { MetricRanges } from '../../plots/metric-ranges.js';
import { PlotGrid, ZoomReset } from '../../plots/plot-grid.js';
import { extendBounds } from '../../plots/zoom.js';
import { createZoomGroup } from '../../plots/zoom-group.js';
import { Segments } from '../../ui/button.js';
import { EmptyState } from '../../ui/states.js';

/** Spans that one looks back, in seconds. */
const spans = { '15m': 900, '1h': 3600, '6h': 21_600, '1d': 86_400, '1w': 604_800 } as const;
type Span = keyof typeof spans;

const spanOptions: readonly { value: Span; label: string }[] = [
  { value: '15m', label: '15 min' },
  { value: '1h', label: '1 h' },
  { value: '6h', label: '6 h' },
  { value: '1d', label: '1 d' },
  { value: '1w', label: '1 w' },
];

/** Milliseconds between readings of new samples. */
const followEveryMs = 5000;

interface NodeMetricsProps {
  node: NodeRow;
  /** Of its cluster. */
  description: Cluster;
}

/** The node's metrics over the last hours or days; new samples come in at the end. */
export function NodeMetrics(props: NodeMetricsProps) {
  const [span, setSpan] = useState<Span>('1h');
  return (
    <section class="node-metrics" aria-labelledby="node-metrics">
      <Curves
        key={span}
        {...props}
        seconds={spans[span]}
        choice={<Segments label="Time" options={spanOptions} value={span} onChange={setSpan} />}
      />
    </section>
  );
}

function Curves({
  node,
  description,
  seconds,
  choice,
}: NodeMetricsProps & { seconds: number; choice: ComponentChildren }) {
  const { control, clock } = useApp();
  const { cluster, host } = node;
  const subCluster = description.subClusters.find(({ name }) => name === node.subCluster);
  const metrics = subCluster?.metricConfig ?? description.metricConfig;
  const windowNow = () => {
    const to = Math.ceil(clock.now() / 1000);
    return { from: to - seconds, to };
  };
  const { group, ranges } = useMemo(() => {
    const window = windowNow();
    const finest = Math.min(...metrics.map(({ timestep }) => timestep));
    return {
      group: createZoomGroup(window, Number.isFinite(finest) ? finest * 5 : 60),
      ranges: new MetricRanges({
        window,
        clock,
        load: loadRangesBy((query, signal) => control.getNodeMetrics(cluster, host, query, { signal })),
      }),
    };
  }, [control, clock, cluster, host, seconds]);
  useEffect(() => () => ranges.close(), [ranges]);

  const followed = useRef(clock.monotonic());
  useLive(({ event, data }) => {
    const isOurs = event === 'samples' && data.cluster === cluster && data.hosts.includes(host);
    if (event !== 'reset' && !isOurs) return;
    if (event !== 'reset' && clock.monotonic() - followed.current < followEveryMs) return;
    followed.current = clock.monotonic();
    const window = windowNow();
    group.zoom.value = extendBounds(group.zoom.peek(), window);
    ranges.extend(window);
  });

  return (
    <>
      <header class="node-section-head">
        <h2 id="node-metrics">Metrics</h2>
        {choice}
        <ZoomReset group={group} />
      </header>
      {metrics.length === 0 ? (
        <EmptyState title="No metrics">Nothing is measured on {node.subCluster || cluster}.</EmptyState>
      ) : (
        <PlotGrid metrics={metrics} subCluster={subCluster} ranges={ranges} group={group} />
      )}
    </>
  );
}
