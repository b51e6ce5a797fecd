import { describe, expect, it } from 'vitest';
import { noPaint, ramp, statusPaints } from './colours.js';
import { createMetricScale } from './metric-scale.js';
import { lookOf, type Sight } from './node-look.js';
import { aCluster, aMetric, aNode, sampleTime } from './testing/sample.js';

const load = aMetric({ name: 'cpu_load', unit: { base: '' }, caution: 36, alert: 20 });
const heat = aMetric({ name: 'temperature', unit: { base: '°C' } });
const sight: Sight = {
  cluster: aCluster({ metrics: [load, heat], subClusters: [{ name: 'main' }] }),
  colour: { by: 'metric', metric: 'cpu_load' },
  scale: createMetricScale([0, 70], ramp.length),
  at: sampleTime,
};
const loaded = (value: number) =>
  aNode({ host: 'n1', state: 'allocated', metrics: { cpu_load: { value, time: sampleTime / 1000 } } });

describe('lookOf', () => {
  it('says the state in colour, sign and words', () => {
    expect(lookOf(aNode({ host: 'n1', state: 'down' }), { ...sight, colour: { by: 'status' } })).toEqual({
      paint: statusPaints.down,
      sign: '✕',
      text: 'Down',
      level: undefined,
      label: 'n1, Down',
    });
  });

  it('says the state besides a health', () => {
    expect(lookOf(aNode({ host: 'n1', health: 'partial' }), { ...sight, colour: { by: 'health' } })).toMatchObject({
      sign: '◐',
      label: 'n1, Partial health, Idle',
    });
  });

  it('colours a value by its step, and marks it beyond a threshold', () => {
    expect(lookOf(loaded(70), sight)).toMatchObject({ paint: ramp[6], sign: '', level: 'normal' });
    expect(lookOf(loaded(30), sight)).toMatchObject({ sign: '△', label: 'n1, 30 cpu_load, Allocated, Caution' });
    expect(lookOf(loaded(0), sight)).toMatchObject({ paint: ramp[0], sign: '▲', level: 'alert' });
  });

  it('does not mark an idle node for its low load', () => {
    expect(lookOf({ ...loaded(0), state: 'idle' }, sight)).toMatchObject({ sign: '', level: 'unjudged' });
  });

  it('has its own look for a node without the value', () => {
    expect(lookOf(aNode({ host: 'n1' }), sight)).toMatchObject({
      paint: noPaint,
      sign: '–',
      level: 'none',
      label: 'n1, No value cpu_load, Idle',
    });
  });

  it('shows a value that nothing judges', () => {
    const node = aNode({ host: 'n1', metrics: { temperature: { value: 40, time: sampleTime / 1000 } } });
    expect(lookOf(node, { ...sight, colour: { by: 'metric', metric: 'temperature' } })).toMatchObject({
      sign: '',
      level: 'unjudged',
      label: 'n1, 40\u{a0}°C temperature, Idle',
    });
  });
});
