import { useSignalEffect } from '@preact/signals';
import type { MetricConfig, SubCluster } from '@moorline/control-api';
import { Button } from '../ui/button.js';
import type { MetricRanges } from './metric-ranges.js';
import { RangedPlot } from './ranged-plot.js';
import { isZoomed, resetZoom } from './zoom.js';
import type { ZoomGroup } from './zoom-group.js';
import './metric-plot.css';

/** Properties of {@link PlotGrid}. */
export interface PlotGridProps {
  metrics: readonly MetricConfig[];
  subCluster: SubCluster | undefined;
  ranges: MetricRanges;
  group: ZoomGroup;
  /** Samples are still to come. */
  isLive?: boolean | undefined;
}

/** The plots of a view, which share one zoom. */
export function PlotGrid({ metrics, ...shared }: PlotGridProps) {
  const { ranges, group } = shared;
  useSignalEffect(() => {
    const zoom = group.zoom.value;
    ranges.zoom(isZoomed(zoom) ? zoom.shown : undefined);
  });
  return (
    <div class="plot-grid">
      {metrics.map((config) => (
        <RangedPlot key={config.name} config={config} {...shared} />
      ))}
    </div>
  );
}

/** The way back from a zoom, and how one gets into it. */
export function ZoomReset({ group }: { group: ZoomGroup }) {
  if (!isZoomed(group.zoom.value)) {
    return <span class="plot-hint">Drag over a plot to zoom; all of them follow.</span>;
  }
  return (
    <Button
      onClick={() => {
        group.zoom.value = resetZoom(group.zoom.peek());
      }}
    >
      Show all the time
    </Button>
  );
}
