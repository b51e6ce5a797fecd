import { describe, expect, it } from 'vitest';
import { toPlotData } from './plot-series.js';
import { decadesAround, logShare, roofAt, rooflinePoints } from './roofline.js';

const range = (
  metric: string,
  base: string,
  series: { host: string; from: number; step: number; values: (number | null)[] }[],
) => toPlotData({ metric, scope: 'node', unit: { base, prefix: 'G' }, series });

describe('rooflinePoints', () => {
  it('joins a node’s two metrics at equal times, in base units', () => {
    const { intensities, rates, ages } = rooflinePoints(
      range('flops_any', 'F/s', [{ host: 'n1', from: 0, step: 60, values: [10, 20, 30] }]),
      range('mem_bw', 'B/s', [{ host: 'n1', from: 60, step: 60, values: [40, 10] }]),
    );
    expect([...intensities]).toEqual([0.5, 3]);
    expect([...rates]).toEqual([20e9, 30e9]);
    expect([...ages]).toEqual([0, 1]);
  });

  it('leaves out idle moments, gaps, and nodes with one of the two only', () => {
    const points = rooflinePoints(
      range('flops_any', 'F/s', [
        { host: 'n1', from: 0, step: 60, values: [0, null, 5] },
        { host: 'n2', from: 0, step: 60, values: [1, 1, 1] },
      ]),
      range('mem_bw', 'B/s', [{ host: 'n1', from: 0, step: 60, values: [1, 1, 0] }]),
    );
    expect(points.rates).toHaveLength(0);
  });
});

it('the roof is the memory’s slope up to the peak', () => {
  const roofs = { scalar: 100, simd: 400, bandwidth: 50 };
  expect([1, 2, 8, 100].map((intensity) => roofAt(intensity, roofs.simd, roofs))).toEqual([50, 100, 400, 400]);
});

it('decades enclose the values, and there is an axis without any', () => {
  expect(decadesAround([0.3, 40, Number.NaN, 0, -1, Infinity])).toEqual({ min: 0.1, max: 100 });
  expect(decadesAround([10])).toEqual({ min: 10, max: 100 });
  expect(decadesAround([])).toEqual({ min: 0.1, max: 10 });
  expect(logShare(10, { min: 1, max: 100 })).toBeCloseTo(0.5);
});
