import type { TimeWindow } from './decimate.js';

/** What a view's plots show of the time that there is. A value: every change is a new one. */
export interface Zoom {
  /** All the time that there is. */
  readonly bounds: TimeWindow;
  /** What is shown; inside of the bounds. */
  readonly shown: TimeWindow;
  /** Seconds, > 0: no closer than this. */
  readonly minSpan: number;
}

export function createZoom(bounds: TimeWindow, minSpan: number): Zoom {
  const whole = { from: bounds.from, to: Math.max(bounds.to, bounds.from + minSpan) };
  return { bounds: whole, shown: whole, minSpan };
}

/** Whether less than everything is shown. */
export function isZoomed({ bounds, shown }: Zoom): boolean {
  return shown.from > bounds.from || shown.to < bounds.to;
}

/** Shows `factor` times as much time (0.5 is twice as close); the moment `at` stays where it is on the screen. */
export function zoomBy(zoom: Zoom, factor: number, at: number): Zoom {
  const { from, to } = zoom.shown;
  if (!(factor > 0) || !Number.isFinite(at)) return zoom;
  const span = clampSpan(zoom, (to - from) * factor);
  const share = Math.min(1, Math.max(0, (at - from) / (to - from)));
  const anchor = from + (to - from) * share;
  return show(zoom, anchor - span * share, span);
}

/** Moves what is shown by a share of its own width; positive is later. */
export function panBy(zoom: Zoom, share: number): Zoom {
  const span = zoom.shown.to - zoom.shown.from;
  return Number.isFinite(share) ? show(zoom, zoom.shown.from + span * share, span) : zoom;
}

/** Shows the selected time, either way round. */
export function zoomTo(zoom: Zoom, selected: TimeWindow): Zoom {
  const from = Math.min(selected.from, selected.to);
  const to = Math.max(selected.from, selected.to);
  if (!Number.isFinite(from) || !Number.isFinite(to)) return zoom;
  const span = clampSpan(zoom, to - from);
  return show(zoom, (from + to - span) / 2, span);
}

/** Shows everything. */
export function resetZoom(zoom: Zoom): Zoom {
  return { ...zoom, shown: zoom.bounds };
}

/** Time went on: who looks at everything sees the new too; who looked closer goes on seeing what they look at. */
export function extendBounds(zoom: Zoom, bounds: TimeWindow): Zoom {
  if (!isZoomed(zoom)) return createZoom(bounds, zoom.minSpan);
  return show(
    { ...zoom, bounds: createZoom(bounds, zoom.minSpan).bounds },
    zoom.shown.from,
    zoom.shown.to - zoom.shown.from,
  );
}

function clampSpan({ bounds, minSpan }: Zoom, span: number): number {
  return Math.min(Math.max(span, minSpan), bounds.to - bounds.from);
}

function show(zoom: Zoom, from: number, wantedSpan: number): Zoom {
  const { bounds } = zoom;
  const span = Math.min(wantedSpan, bounds.to - bounds.from);
  const start = Math.min(Math.max(from, bounds.from), bounds.to - span);
  // Adding up rounds: the end of everything must be met exactly, or the plot counts as zoomed for ever.
  const end = start + span >= bounds.to - 1e-6 ? bounds.to : start + span;
  return { ...zoom, shown: { from: start, to: end } };
}
