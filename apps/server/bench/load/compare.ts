import { median } from '../../../../tools/bench/harness.js';
import type { Load } from './load.js';
import type { Plan, Requests, Result } from './plan.js';

/** What {@link compare} puts on each target; `what` is made anew for each round, since each job and sample is a new one. */
export interface Comparison extends Omit<Plan, 'url' | 'token' | 'what'> {
  rounds: number;
  /** Seconds of the same load on each target before anything is measured, as a program that has been up for a while is meant. Default 0. */
  warmUpSeconds?: number;
  what: (target: string) => Requests;
  onResult?: (target: string, result: Result) => void;
}

/** One target's result: the medians of its rounds, and all answers. */
export interface Compared extends Result {
  /** Milliseconds: the median of each round's longest stall. The machine itself stands still now and then, in whosever round that is. */
  stallMs: number;
  /** The longest stall of all rounds, in milliseconds. */
  longestStallMs: number;
}

/** Puts the same load on several programs, one after another in each round, so that other work on the machine hits all alike. */
export async function compare<Name extends string>(
  load: Load,
  targets: Record<Name, { url: string; token: string }>,
  { rounds, warmUpSeconds = 0, what, onResult, ...plan }: Comparison,
): Promise<Record<Name, Compared>> {
  const names = Object.keys(targets) as Name[];
  const results = Object.fromEntries(names.map((name): [Name, Result[]] => [name, []])) as Record<Name, Result[]>;
  for (const name of warmUpSeconds > 0 ? names : []) {
    const { url, token } = targets[name];
    onResult?.(name, await load.run({ ...plan, seconds: warmUpSeconds, url, token, what: what(name) }));
  }
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      const { url, token } = targets[name];
      const result = await load.run({ ...plan, url, token, what: what(name) });
      results[name].push(result);
      onResult?.(name, result);
    }
  }
  return Object.fromEntries(names.map((name) => [name, summarize(results[name])])) as Record<Name, Compared>;
}

function summarize(results: readonly Result[]): Compared {
  const of = (pick: (result: Result) => number): number => median(results.map(pick));
  return {
    answers: results.reduce((sum, { answers }) => sum + answers, 0),
    perSecond: of(({ perSecond }) => perSecond),
    p50Ms: of(({ p50Ms }) => p50Ms),
    p99Ms: of(({ p99Ms }) => p99Ms),
    stallMs: of(({ stallMs }) => stallMs),
    longestStallMs: Math.max(...results.map(({ stallMs }) => stallMs)),
    lastBody: results.at(-1)?.lastBody ?? '',
  };
}
