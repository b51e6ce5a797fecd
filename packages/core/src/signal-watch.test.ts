import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { SignalWatch } from './signal-watch.js';

describe('SignalWatch', () => {
  it('has one listener a signal, and none when nobody watches it any more', () => {
    const watch = new SignalWatch();
    const { signal } = new AbortController();
    const stops = Array.from({ length: 50 }, () => watch.add(signal, () => undefined));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    for (const stop of stops) stop();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('tells all that still watch, once', () => {
    const watch = new SignalWatch();
    const life = new AbortController();
    const told: string[] = [];
    watch.add(life.signal, () => told.push('a'));
    const stop = watch.add(life.signal, () => told.push('b'));
    watch.add(life.signal, () => told.push('c'));
    stop();
    life.abort();
    life.abort();
    expect(told).toEqual(['a', 'c']);
  });

  it('lets a watcher stop others while they are told', () => {
    const watch = new SignalWatch();
    const life = new AbortController();
    const told: string[] = [];
    watch.add(life.signal, () => stop());
    const stop = watch.add(life.signal, () => told.push('late'));
    life.abort();
    expect(told).toEqual([]);
  });
});
