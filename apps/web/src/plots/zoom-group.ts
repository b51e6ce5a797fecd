import { type Signal, signal } from '@preact/signals';
import type { TimeWindow } from './decimate.js';
import { createZoom, type Zoom } from './zoom.js';

/** What the plots of a view share: they show the same time, and the moment under the pointer in one is marked in all. */
export interface ZoomGroup {
  readonly zoom: Signal<Zoom>;
  /** Unix seconds under the pointer; undefined while it is elsewhere. */
  readonly cursor: Signal<number | undefined>;
}

/** @param minSpan seconds, > 0: no closer than this; some steps of the finest metric. */
export function createZoomGroup(bounds: TimeWindow, minSpan: number): ZoomGroup {
  return { zoom: signal(createZoom(bounds, minSpan)), cursor: signal<number | undefined>(undefined) };
}
