import { describe, expect, it } from 'vitest';
import { stateSpans, stateTotals } from './state-spans.js';

const window = { from: 100, to: 200 };

describe('stateSpans', () => {
  it('hold from one report to the next, cut to the window', () => {
    const states = [
      { state: 'idle', time: 180 },
      { state: 'allocated', time: 120 },
      { state: 'down', time: 50 },
      { state: 'idle', time: 10 },
    ] as const;
    expect(stateSpans(states, window)).toEqual([
      { state: 'down', from: 100, to: 120 },
      { state: 'allocated', from: 120, to: 180 },
      { state: 'idle', from: 180, to: 200 },
    ]);
  });

  it('join reports of the same state', () => {
    const states = [190, 170, 150].map((time) => ({ state: 'idle' as const, time }));
    expect(stateSpans(states, window)).toEqual([{ state: 'idle', from: 150, to: 200 }]);
  });

  it('are none where nothing was reported, or only after the window', () => {
    expect(stateSpans([], window)).toEqual([]);
    expect(stateSpans([{ state: 'idle', time: 300 }], window)).toEqual([]);
  });

  it('pass over a report that came at the same second', () => {
    const states = [
      { state: 'idle', time: 150 },
      { state: 'down', time: 150 },
      { state: 'allocated', time: 90 },
    ] as const;
    expect(stateSpans(states, window).map(({ state }) => state)).toEqual(['allocated', 'idle']);
  });
});

it('stateTotals add up what lasted, the longest first', () => {
  const spans = [
    { state: 'idle', from: 0, to: 10 },
    { state: 'down', from: 10, to: 40 },
    { state: 'idle', from: 40, to: 50 },
  ] as const;
  expect(stateTotals(spans)).toEqual([
    { state: 'down', seconds: 30 },
    { state: 'idle', seconds: 20 },
  ]);
});
