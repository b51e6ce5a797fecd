import { type ReadonlySignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Chart, ChartModel } from './chart.js';
import { createFrameQueue } from './frame-queue.js';
import { listenForGestures, zoomByKey } from './gestures.js';
import type { TimeWindow } from './decimate.js';
import { resetZoom, zoomTo } from './zoom.js';
import type { ZoomGroup } from './zoom-group.js';

/** One for the page: all its plots share the frames out among them. */
const frames = createFrameQueue();

/** Properties of {@link PlotCanvas}. */
export interface PlotCanvasProps {
  /** Undefined until there are data. */
  model: ReadonlySignal<ChartModel | undefined>;
  group: ZoomGroup;
  /** The plot in a sentence. */
  label: string;
  height: number;
  /** Where the pointer is, for a readout. */
  onPoint: (at: { time: number; value: number } | undefined) => void;
  /** Hands the chart out, for export. */
  onChart: (chart: Chart | undefined) => void;
}

/** The drawn part of a plot. The library that draws is loaded with the first one that comes into sight. */
export function PlotCanvas({ model, group, label, height, onPoint, onChart }: PlotCanvasProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart>();
  const draw = useRef(() => {
    const current = model.peek();
    if (current !== undefined) chart.current?.draw(current);
  });

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const leaving = new AbortController();
    void mountChart(element, height, {
      signal: leaving.signal,
      group,
      onPoint,
      onReady(created) {
        chart.current = created;
        onChart(created);
        frames.request(draw.current);
      },
    });
    return () => {
      leaving.abort();
      frames.cancel(draw.current);
      chart.current?.destroy();
      chart.current = undefined;
      onChart(undefined);
    };
  }, [group, height]);

  useSignalEffect(() => {
    if (model.value !== undefined) frames.request(draw.current);
  });
  useSignalEffect(() => {
    chart.current?.mark(group.cursor.value);
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = zoomByKey(event.key, group.zoom.peek(), group.cursor.peek());
    if (next === undefined) return;
    event.preventDefault();
    group.zoom.value = next;
  };

  return (
    <div
      ref={host}
      class="plot-canvas"
      role="img"
      tabIndex={0}
      aria-label={label}
      aria-keyshortcuts="+ - ArrowLeft ArrowRight 0"
      title="Drag to zoom; + − ← → 0 on the keyboard; Ctrl and the wheel"
      onKeyDown={onKeyDown}
    />
  );
}

interface Mounting {
  signal: AbortSignal;
  group: ZoomGroup;
  onPoint: PlotCanvasProps['onPoint'];
  onReady: (chart: Chart) => void;
}

async function mountChart(element: HTMLElement, height: number, { signal, group, onPoint, onReady }: Mounting) {
  const { createChart } = await import('./chart.js');
  if (signal.aborted) return;
  const select = (selected: TimeWindow) => {
    group.zoom.value = zoomTo(group.zoom.peek(), selected);
  };
  const chart = createChart(
    element,
    { width: widthOf(element), height },
    {
      onSelect: select,
      onReset: () => {
        group.zoom.value = resetZoom(group.zoom.peek());
      },
      onCursor: (at) => {
        group.cursor.value = at?.time;
        onPoint(at);
      },
    },
  );
  const stopGestures = listenForGestures(element, {
    zoom: () => group.zoom.peek(),
    change: (zoom) => {
      group.zoom.value = zoom;
    },
    timeAt: chart.timeAt,
    width: chart.plotWidth,
  });
  const sizes = new ResizeObserver(() => {
    frames.request(resize);
  });
  const resize = () => {
    chart.resize(widthOf(element), height);
  };
  sizes.observe(element);
  signal.addEventListener('abort', () => {
    stopGestures();
    sizes.disconnect();
    frames.cancel(resize);
  });
  onReady(chart);
}

function widthOf(element: HTMLElement): number {
  return Math.max(120, Math.floor(element.clientWidth));
}
