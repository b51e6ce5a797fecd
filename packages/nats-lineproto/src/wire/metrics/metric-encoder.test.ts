import { expect, it } from 'vitest';
import { decodeMetricSamples } from './decode-metric-samples.js';
import { createMetricEncoder } from './metric-encoder.js';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

it('writes a line of a hardware thread', () => {
  const encoder = createMetricEncoder({ cluster: 'c', hostname: 'h' });
  encoder.series('cpu_user', { type: 'hwthread', typeId: 3 }).add(12.5, 1_700_000_000);
  expect(text(encoder.take())).toBe('cpu_user,cluster=c,hostname=h,type=hwthread,type-id=3 value=12.5 1700000000\n');
});

it('writes lines of a node, without a cluster, with a second level, integers as such', () => {
  const encoder = createMetricEncoder({ hostname: 'h' });
  encoder.series('load_one').add(1, 5);
  encoder.series('io', { type: 'socket', typeId: 0, subtype: 'fs', subtypeId: '/home' }).add(7n, 5);
  expect(encoder.count).toBe(2);
  expect(text(encoder.take())).toBe(
    'load_one,hostname=h,type=node value=1 5\nio,hostname=h,stype=fs,stype-id=/home,type=socket,type-id=0 value=7i 5\n',
  );
  expect([encoder.count, encoder.length]).toEqual([0, 0]);
});

it('writes what the reader of metric lines reads', () => {
  const encoder = createMetricEncoder({ cluster: 'c c', hostname: 'h' });
  encoder.series('m,x', { type: 'accelerator', typeId: '00000000:49:00.0' }).add(-0.1, -5);
  expect(decodeMetricSamples(encoder.take(), { defaultCluster: '', now: 0, isMetric: () => true }).samples).toEqual([
    {
      cluster: 'c c',
      host: 'h',
      metric: 'm,x',
      type: 'accelerator',
      typeId: '00000000:49:00.0',
      time: -5,
      value: -0.1,
    },
  ]);
});

it('refuses values and times that no line can say, and writes nothing then', () => {
  const encoder = createMetricEncoder({ hostname: 'h' });
  const series = encoder.series('load_one');
  expect(() => series.add(NaN, 5)).toThrow(/NaN/);
  expect(() => series.add(1, 5.5)).toThrow(/whole seconds/);
  expect(() => series.add(1, 1e12)).toThrow(/int64/);
  expect(encoder.length).toBe(0);
});

it('refuses names when they are given', () => {
  expect(() => createMetricEncoder({ hostname: '' })).toThrow(/tag value is empty/);
  expect(() => createMetricEncoder({ hostname: 'h' }).series('')).toThrow(/measurement is empty/);
});
