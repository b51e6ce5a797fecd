import type { Zoom } from './zoom.js';
import { panBy, resetZoom, zoomBy } from './zoom.js';

/** What a key does to the zoom; undefined where it does nothing. `at` is the moment that stays in its place. */
export function zoomByKey(key: string, zoom: Zoom, at: number | undefined): Zoom | undefined {
  const centre = (zoom.shown.from + zoom.shown.to) / 2;
  switch (key) {
    case '+':
    case '=':
      return zoomBy(zoom, 0.7, at ?? centre);
    case '-':
    case '_':
      return zoomBy(zoom, 1 / 0.7, at ?? centre);
    case 'ArrowLeft':
      return panBy(zoom, -0.15);
    case 'ArrowRight':
      return panBy(zoom, 0.15);
    case '0':
    case 'Escape':
      return resetZoom(zoom);
    default:
      return undefined;
  }
}

/** How much a turn of the wheel zooms: a notch of a mouse (about 100 pixels) a fifth, a trackpad's pinch smoothly. */
export function wheelFactor({ deltaY, deltaMode }: { deltaY: number; deltaMode: number }): number {
  const pixels = deltaMode === 0 ? deltaY : deltaY * 33;
  return Math.exp(Math.min(Math.max(pixels, -300), 300) * 0.002);
}

/** What the gestures need to know of a plot. */
export interface GestureTarget {
  zoom(): Zoom;
  /** The moment at a horizontal place of the window, CSS pixels. */
  timeAt(clientX: number): number;
  /** Width of the plotting area, CSS pixels. */
  width(): number;
  change(zoom: Zoom): void;
}

/**
 * Wheel with Ctrl (which is what a trackpad's pinch sends) zooms, with Shift or sideways moves; the plain wheel scrolls the page
 * as everywhere. Two fingers zoom and move, one finger sideways moves.
 *
 * @returns a function that takes the listeners away.
 */
export function listenForGestures(element: HTMLElement, target: GestureTarget): () => void {
  const fingers = new Map<number, number>();

  const onWheel = (event: WheelEvent) => {
    const isZoom = event.ctrlKey || event.metaKey;
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    if (!isZoom && Math.abs(sideways) <= Math.abs(event.shiftKey ? 0 : event.deltaY)) return;
    event.preventDefault();
    const zoom = target.zoom();
    target.change(
      isZoom ? zoomBy(zoom, wheelFactor(event), target.timeAt(event.clientX)) : panBy(zoom, sideways / target.width()),
    );
  };

  const onDown = (event: PointerEvent) => {
    if (event.pointerType === 'touch') fingers.set(event.pointerId, event.clientX);
  };

  const onMove = (event: PointerEvent) => {
    const last = fingers.get(event.pointerId);
    if (last === undefined) return;
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, event.clientX);
    const moved = (last - event.clientX) / target.width();
    if (other === undefined) target.change(panBy(target.zoom(), moved));
    else {
      const before = Math.max(10, Math.abs(last - other));
      const now = Math.max(10, Math.abs(event.clientX - other));
      // The other finger holds its moment.
      target.change(zoomBy(target.zoom(), before / now, target.timeAt(other)));
    }
  };

  const onUp = (event: PointerEvent) => void fingers.delete(event.pointerId);

  element.addEventListener('wheel', onWheel, { passive: false });
  element.addEventListener('pointerdown', onDown);
  element.addEventListener('pointermove', onMove);
  for (const type of ['pointerup', 'pointercancel', 'pointerleave'] as const) element.addEventListener(type, onUp);
  return () => {
    element.removeEventListener('wheel', onWheel);
    element.removeEventListener('pointerdown', onDown);
    element.removeEventListener('pointermove', onMove);
    for (const type of ['pointerup', 'pointercancel', 'pointerleave'] as const) element.removeEventListener(type, onUp);
  };
}
