import type { Cluster, Job } from '@moorline/control-api';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useLive } from '../../api/use-live.js';
import { useApp } from '../../app-context.js';
import { loadRangesBy } from '../../plots/control-ranges.js';
import { MetricRanges } from '../../plots/metric-ranges.js';
import { PlotGrid, ZoomReset } from '../../plots/plot-grid.js';
import { RooflinePlot } from '../../plots/roofline-plot.js';
import { rooflineMetrics, roofsOf } from '../../plots/roofline.js';
import { extendBounds } from '../../plots/zoom.js';
import { createZoomGroup } from '../../plots/zoom-group.js';
import { EmptyState } from '../../ui/states.js';
import { StatisticsTable } from './statistics-table.js';

/** Milliseconds between readings of new samples. */
const followEveryMs = 5000;

/** The curves of a job, in one zoom; they follow it while it runs. */
export function JobMetrics({ job, cluster }: { job: Job; cluster: Cluster }) {
  const { control, clock } = useApp();
  const id = job.id ?? 0;
  const subCluster = cluster.subClusters.find(({ name }) => name === job.subCluster);
  const metrics = subCluster?.metricConfig ?? cluster.metricConfig;
  const isRunning = job.jobState === 'running';
  const windowNow = () => ({
    from: job.startTime,
    to: isRunning ? Math.floor(clock.now() / 1000) : job.startTime + job.duration,
  });
  const { group, ranges } = useMemo(() => {
    const window = windowNow();
    const finest = Math.min(...metrics.map(({ timestep }) => timestep));
    return {
      group: createZoomGroup(window, Number.isFinite(finest) ? finest * 5 : 60),
      ranges: new MetricRanges({
        window,
        clock,
        load: loadRangesBy((query, signal) => control.getJobMetrics(id, query, { signal })),
      }),
    };
  }, [id, control, clock]);
  useEffect(() => () => ranges.close(), [ranges]);

  const follow = () => {
    const window = windowNow();
    group.zoom.value = extendBounds(group.zoom.peek(), window);
    ranges.extend(window);
  };
  const followed = useRef(clock.monotonic());
  useLive(({ event, data }) => {
    if (event === 'reset') follow();
    if (event !== 'samples' || !isRunning || data.cluster !== job.cluster) return;
    const isOurs = job.resources.some(({ hostname }) => data.hosts.includes(hostname));
    if (!isOurs || clock.monotonic() - followed.current < followEveryMs) return;
    followed.current = clock.monotonic();
    follow();
  });
  // Once more at its end: the last samples, and an end that stands still.
  const wasRunning = useRef(isRunning);
  useEffect(() => {
    if (wasRunning.current && !isRunning) follow();
    wasRunning.current = isRunning;
  }, [isRunning]);

  if (metrics.length === 0) {
    return <EmptyState title="No metrics">Nothing is measured on {job.subCluster || job.cluster}.</EmptyState>;
  }
  const pair = rooflineMetrics(cluster);
  const roofs = subCluster === undefined ? undefined : roofsOf(subCluster);
  return (
    <section class="job-metrics" aria-labelledby="job-metrics">
      <header class="section-head">
        <h2 id="job-metrics">Metrics</h2>
        <ZoomReset group={group} />
      </header>
      <PlotGrid metrics={metrics} subCluster={subCluster} ranges={ranges} group={group} isLive={isRunning} />
      {pair === undefined || roofs === undefined ? null : (
        <RooflinePlot flops={pair.flops} bandwidth={pair.bandwidth} roofs={roofs} ranges={ranges} />
      )}
      <StatisticsTable metrics={metrics} ranges={ranges} />
    </section>
  );
}
