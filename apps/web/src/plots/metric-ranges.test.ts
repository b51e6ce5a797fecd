import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { finest, MetricRanges, type RangeRequest } from './metric-ranges.js';
import { type PlotData, toPlotData } from './plot-series.js';

/** A server that answers samples every 10 s, or buckets where those are more than asked for. */
function setUp(points = 100) {
  const clock = createFakeClock();
  const requests: RangeRequest[] = [];
  const signals: AbortSignal[] = [];
  let failure: Error | undefined;
  const load = async (request: RangeRequest, signal: AbortSignal) => {
    requests.push(request);
    signals.push(signal);
    if (failure !== undefined) throw failure;
    return request.metrics.filter((metric) => metric !== 'absent').map((metric) => answer(metric, request));
  };
  const ranges = new MetricRanges({ load, window: { from: 0, to: 500 }, points, clock });
  const fail = (error: Error | undefined) => (failure = error);
  return { clock, requests, signals, ranges, fail };
}

function answer(metric: string, { from, to, points, scope }: RangeRequest): PlotData {
  const start = Math.ceil(from / 10) * 10;
  const count = Math.floor((to - start) / 10) + 1;
  const per = Math.max(1, Math.ceil(count / points));
  const values = Array.from({ length: Math.ceil(count / per) }, (_, index) => start + index * per * 10);
  const edges = per === 1 ? {} : { min: values, max: values.map((value) => value + per * 10 - 10) };
  const series = [{ host: 'n1', from: start, step: per * 10, values, ...edges }];
  return toPlotData({ metric, scope, unit: { base: '' }, series });
}

describe('MetricRanges', () => {
  it('asks once for the plots that come into sight together', async () => {
    const { clock, requests, ranges } = setUp();
    ranges.show('a', 'node');
    ranges.show('b', 'node');
    ranges.show('c', 'core');
    await clock.advance(20);
    expect(requests.map(({ metrics, scope }) => [scope, metrics])).toEqual([
      ['node', ['a', 'b']],
      ['core', ['c']],
    ]);
    expect(ranges.state('a', 'node').value.data?.series[0]?.values).toHaveLength(51);
  });

  it('asks for nothing that is not shown, nor again for what is there', async () => {
    const { clock, requests, ranges } = setUp();
    ranges.state('a', 'node');
    const release = ranges.show('b', 'node');
    await clock.advance(20);
    release();
    release();
    ranges.show('b', 'node');
    await clock.advance(20);
    expect(requests.map(({ metrics }) => metrics)).toEqual([['b']]);
  });

  it('reads only what is new as time goes on, and that only for what is in sight', async () => {
    const { clock, requests, ranges } = setUp();
    ranges.show('a', 'node');
    const release = ranges.show('b', 'node');
    await clock.advance(20);
    release();
    ranges.extend({ from: 0, to: 530 });
    await clock.advance(20);
    expect(requests.at(-1)).toMatchObject({ metrics: ['a'], from: 500, to: 530 });
    expect(ranges.state('a', 'node').value.data?.series[0]?.values).toHaveLength(54);
    ranges.show('b', 'node');
    await clock.advance(20);
    expect(requests.at(-1)).toMatchObject({ metrics: ['b'], from: 500, to: 530 });
  });

  it('reads everything anew, as buckets, when the samples become too many', async () => {
    const { clock, requests, ranges } = setUp();
    ranges.show('a', 'node');
    await clock.advance(20);
    ranges.extend({ from: 0, to: 2400 });
    await clock.advance(100);
    expect(requests.slice(1).map(({ from }) => from)).toEqual([500, 0]);
    const series = ranges.state('a', 'node').value.data?.series[0];
    expect([series?.isBucketed, series?.values.length]).toEqual([true, 81]);
  });

  it('reads finer data where a zoom stands still on buckets, and not where it shows samples', async () => {
    const { clock, requests, ranges } = setUp(20);
    ranges.show('a', 'node');
    await clock.advance(20);
    const shown = { from: 200, to: 260 };
    ranges.zoom({ from: 100, to: 400 });
    await clock.advance(100);
    ranges.zoom(shown);
    await clock.advance(300);
    expect(requests.slice(1)).toEqual([{ metrics: ['a'], scope: 'node', from: 170, to: 290, points: 20 }]);
    const state = ranges.state('a', 'node').value;
    expect(finest(state, shown)?.series[0]?.step).toBe(10);
    expect(finest(state, { from: 0, to: 500 })).toBe(state.data);
    ranges.zoom({ from: 210, to: 240 });
    await clock.advance(300);
    expect(requests).toHaveLength(2);
  });

  it('reads finer data for a plot that comes into sight while one is zoomed in', async () => {
    const { clock, requests, ranges } = setUp(20);
    ranges.zoom({ from: 200, to: 260 });
    await clock.advance(300);
    ranges.show('a', 'node');
    await clock.advance(300);
    expect(requests.map(({ from, to }) => [from, to])).toEqual([
      [0, 500],
      [170, 290],
    ]);
    await clock.advance(1000);
    expect(requests).toHaveLength(2);
  });

  it('aborts finer data that nobody waits for any more', async () => {
    const { clock, signals, ranges } = setUp(20);
    ranges.show('a', 'node');
    await clock.advance(20);
    ranges.zoom({ from: 200, to: 260 });
    await clock.advance(300);
    ranges.zoom({ from: 20, to: 60 });
    await clock.advance(300);
    expect(signals.slice(1).map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it('shows a metric that the server does not have as one without lines', async () => {
    const { clock, ranges } = setUp();
    ranges.show('absent', 'node');
    await clock.advance(20);
    expect(ranges.state('absent', 'node').value).toMatchObject({ data: { series: [] }, isLoading: false });
  });

  it('keeps what it has when reading fails, says why, and reads again when asked', async () => {
    const { clock, ranges, fail } = setUp();
    ranges.show('a', 'node');
    await clock.advance(20);
    fail(new Error('away'));
    ranges.extend({ from: 0, to: 530 });
    await clock.advance(20);
    expect(ranges.state('a', 'node').value).toMatchObject({ error: new Error('away'), isLoading: false });
    expect(ranges.state('a', 'node').value.data?.series).toHaveLength(1);
    fail(undefined);
    ranges.extend({ from: 0, to: 540 });
    await clock.advance(20);
    expect(ranges.state('a', 'node').value.error).toBeUndefined();
    expect(ranges.state('a', 'node').value.data?.series[0]?.values).toHaveLength(55);
  });

  it('leaves no timer and no request behind', async () => {
    const { clock, signals, ranges } = setUp();
    ranges.show('a', 'node');
    await clock.advance(20);
    ranges.extend({ from: 0, to: 530 });
    ranges.zoom({ from: 0, to: 30 });
    ranges.close();
    ranges.zoom({ from: 0, to: 40 });
    ranges.extend({ from: 0, to: 540 });
    expect(clock.pendingTimers).toBe(0);
    expect(signals[0]?.aborted).toBe(true);
  });
});
