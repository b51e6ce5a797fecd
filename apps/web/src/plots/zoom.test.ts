import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createZoom, extendBounds, isZoomed, panBy, resetZoom, type Zoom, zoomBy, zoomTo } from './zoom.js';

const day = createZoom({ from: 0, to: 86_400 }, 60);

describe('zoom', () => {
  it('keeps the moment under the pointer in its place', () => {
    const closer = zoomBy(day, 0.5, 21_600);
    expect(closer.shown).toEqual({ from: 10_800, to: 54_000 });
    expect((21_600 - closer.shown.from) / 43_200).toBe(0.25);
  });

  it('does not come closer than the smallest span, nor go beyond everything', () => {
    const close = zoomTo(day, { from: 1000, to: 1001 });
    expect(close.shown).toEqual({ from: 970.5, to: 1030.5 });
    expect(zoomBy(close, 1e9, 1000).shown).toEqual(day.bounds);
    expect(isZoomed(zoomBy(close, 1e9, 1000))).toBe(false);
  });

  it('takes a selection either way round, and none that is no number', () => {
    expect(zoomTo(day, { from: 7200, to: 3600 }).shown).toEqual({ from: 3600, to: 7200 });
    expect(zoomTo(day, { from: Number.NaN, to: 3600 })).toBe(day);
    expect(zoomBy(day, Number.NaN, 0)).toBe(day);
    expect(zoomBy(day, 0.5, Infinity)).toBe(day);
    expect(panBy(day, Number.NaN)).toBe(day);
  });

  it('moves by a share of what is shown and stops at the end', () => {
    const hour = zoomTo(day, { from: 0, to: 3600 });
    expect(panBy(hour, 0.5).shown).toEqual({ from: 1800, to: 5400 });
    expect(panBy(hour, -1).shown).toEqual({ from: 0, to: 3600 });
    expect(panBy(hour, 1000).shown).toEqual({ from: 82_800, to: 86_400 });
  });

  it('stays where it is when time goes on, unless everything is shown', () => {
    const hour = zoomTo(day, { from: 3600, to: 7200 });
    expect(extendBounds(hour, { from: 0, to: 90_000 }).shown).toEqual({ from: 3600, to: 7200 });
    expect(extendBounds(day, { from: 0, to: 90_000 }).shown).toEqual({ from: 0, to: 90_000 });
    expect(resetZoom(extendBounds(hour, { from: 0, to: 90_000 })).shown).toEqual({ from: 0, to: 90_000 });
  });

  it('has room even where there is no time yet', () => {
    expect(createZoom({ from: 10, to: 10 }, 60).shown).toEqual({ from: 10, to: 70 });
  });

  it('shows a part of what there is, whatever is done to it', () => {
    const step = fc.oneof(
      fc.tuple(fc.double({ min: 0.01, max: 100, noNaN: true }), fc.double({ min: -1e5, max: 2e5, noNaN: true })).map(
        ([factor, at]) =>
          (zoom: Zoom) =>
            zoomBy(zoom, factor, at),
      ),
      fc.double({ min: -3, max: 3, noNaN: true }).map((share) => (zoom: Zoom) => panBy(zoom, share)),
      fc.tuple(fc.double({ min: -1e5, max: 2e5, noNaN: true }), fc.double({ min: -1e5, max: 2e5, noNaN: true })).map(
        ([from, to]) =>
          (zoom: Zoom) =>
            zoomTo(zoom, { from, to }),
      ),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const { shown, bounds, minSpan } = steps.reduce((zoom, change) => change(zoom), day);
        expect(shown.from).toBeGreaterThanOrEqual(bounds.from);
        expect(shown.to).toBeLessThanOrEqual(bounds.to);
        expect(shown.to - shown.from).toBeGreaterThanOrEqual(minSpan - 1e-6);
      }),
    );
  });
});
