import { describe, expect, it } from 'vitest';
import { wheelFactor, zoomByKey } from './gestures.js';
import { createZoom, zoomTo } from './zoom.js';

const zoom = zoomTo(createZoom({ from: 0, to: 1000 }, 10), { from: 400, to: 500 });

describe('zoomByKey', () => {
  it('comes closer to the moment under the cursor, or to the middle', () => {
    expect(zoomByKey('+', zoom, 400)?.shown).toEqual({ from: 400, to: 470 });
    expect(zoomByKey('+', zoom, undefined)?.shown).toEqual({ from: 415, to: 485 });
  });

  it('goes back by the same step', () => {
    const back = zoomByKey('-', zoomByKey('=', zoom, 450) ?? zoom, 450);
    expect(back?.shown.from).toBeCloseTo(400);
    expect(back?.shown.to).toBeCloseTo(500);
  });

  it('moves with the arrows and shows everything with 0', () => {
    expect(zoomByKey('ArrowLeft', zoom, undefined)?.shown).toEqual({ from: 385, to: 485 });
    expect(zoomByKey('ArrowRight', zoom, undefined)?.shown).toEqual({ from: 415, to: 515 });
    expect(zoomByKey('0', zoom, undefined)?.shown).toEqual({ from: 0, to: 1000 });
  });

  it('leaves all other keys to the page', () => {
    for (const key of ['Tab', 'a', 'Enter', 'ArrowUp', ' ']) expect(zoomByKey(key, zoom, undefined)).toBeUndefined();
  });
});

it('wheelFactor knows lines from pixels and does not jump', () => {
  expect(wheelFactor({ deltaY: 100, deltaMode: 0 })).toBeCloseTo(1.22, 2);
  expect(wheelFactor({ deltaY: 3, deltaMode: 1 })).toBeCloseTo(1.22, 2);
  expect(wheelFactor({ deltaY: -100, deltaMode: 0 })).toBeCloseTo(1 / 1.22, 2);
  expect(wheelFactor({ deltaY: 1e6, deltaMode: 0 })).toBeCloseTo(1.82, 2);
});
