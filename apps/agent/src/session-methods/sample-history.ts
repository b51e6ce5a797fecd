import type { Reading } from '../collectors/collector.js';

/** Milliseconds for which samples are kept: what a control plane is told that does not say how far back it looks. */
export const keptMs = 30 * 60_000;

/** What one source of metrics showed at one moment. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Of the node and of each socket; hardware threads as their average. */
  readonly values: readonly SampleValue[];
  /** Why there are no values. */
  readonly problem?: string | undefined;
}

export interface SampleValue {
  readonly metric: string;
  readonly value: number;
  /** Number of the socket, where the value is not of the whole node. */
  readonly socket?: number | undefined;
}

/** The samples of the last half an hour, for a control plane that asks. */
export interface SampleHistory {
  /** @param at milliseconds since 1970. */
  add(source: string, at: number, readings: readonly Reading[]): void;
  /** Notes that a source could not be read. */
  addProblem(source: string, at: number, problem: string): void;
  /** Samples of a source, oldest first; all that are kept by default. */
  of(source: string, sinceMs?: number): readonly Sample[];
  /** Resolves at the next sample of a source. */
  next(source: string): Promise<void>;
}

export function createSampleHistory(): SampleHistory {
  const samples = new Map<string, Sample[]>();
  const waiting = new Map<string, (() => void)[]>();
  const keep = (source: string, sample: Sample): void => {
    const kept = (samples.get(source) ?? []).filter(({ at }) => at > sample.at - keptMs);
    samples.set(source, [...kept, sample]);
    for (const wake of waiting.get(source) ?? []) wake();
    waiting.delete(source);
  };
  return {
    add: (source, at, readings) => keep(source, { at, values: valuesOf(readings) }),
    addProblem: (source, at, problem) => keep(source, { at, values: [], problem }),
    of: (source, sinceMs = Number.NEGATIVE_INFINITY) => (samples.get(source) ?? []).filter(({ at }) => at >= sinceMs),
    next: (source) => new Promise((resolve) => waiting.set(source, [...(waiting.get(source) ?? []), resolve])),
  };
}

/** A machine may have hundreds of hardware threads: those are kept as one. */
function valuesOf(readings: readonly Reading[]): SampleValue[] {
  const threads = new Map<string, number[]>();
  const values: SampleValue[] = [];
  for (const { metric, scope, id, value } of readings) {
    if (!Number.isFinite(value)) continue;
    if (scope === 'hwthread') (threads.get(metric) ?? begin(threads, metric)).push(value);
    else values.push(scope === 'socket' ? { metric, value, socket: id } : { metric, value });
  }
  for (const [metric, all] of threads) {
    values.push({ metric, value: all.reduce((sum, value) => sum + value, 0) / all.length });
  }
  return values;
}

function begin(threads: Map<string, number[]>, metric: string): number[] {
  const values: number[] = [];
  threads.set(metric, values);
  return values;
}
