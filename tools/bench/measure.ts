/** What is measured: one call of it is one unit of work. A returned promise is awaited. */
export type Subject = () => unknown;

/** How {@link measure} measures. */
export interface MeasureOptions {
  /** Rounds of each subject, ≥ 1; the median of them is the result. Default 7. */
  rounds?: number;
  /** Milliseconds that one round of one subject should last, > 0; decides the calls in a round. Default 200. */
  roundMs?: number;
  /** Milliseconds that each subject runs before anything is measured, ≥ 0. Default 200. */
  warmUpMs?: number;
  /** Calls in a round, ≥ 1, instead of as many as fill `roundMs`: for work that takes seconds. */
  calls?: number;
}

/** The result for one subject. */
export interface Measurement {
  /** Median milliseconds of wall time for one call. */
  msPerCall: number;
  /** Calls in a second at that median. */
  perSecond: number;
  /** Median milliseconds of CPU time (user and system, all threads of this process) for one call. */
  cpuMsPerCall: number;
  /** Milliseconds for one call in each round, in the order in which they ran. */
  rounds: number[];
  /** The same of CPU time. */
  cpuRounds: number[];
}

/**
 * Measures several subjects against each other: after a warm-up of each, rounds of all of them interleave, and every
 * second round runs in reverse order, so that the machine's other work hits all of them alike.
 */
export async function measure<Name extends string>(
  subjects: Record<Name, Subject>,
  options: MeasureOptions = {},
): Promise<Record<Name, Measurement>> {
  const { rounds = 7, roundMs = 200, warmUpMs = 200 } = options;
  const runs: Run<Name>[] = [];
  for (const name of Object.keys(subjects) as Name[]) {
    const subject = subjects[name];
    const { isAsync, msPerCall } = await warmUp(subject, warmUpMs);
    const calls = options.calls ?? Math.max(1, Math.round(roundMs / Math.max(msPerCall, 1e-6)));
    runs.push({ name, subject, isAsync, calls, wall: [], cpu: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const run of round % 2 === 0 ? runs : [...runs].reverse()) await runRound(run);
  }
  return Object.fromEntries(runs.map((run) => [run.name, summarize(run)])) as Record<Name, Measurement>;
}

/** The middle value; the mean of the two middle ones for an even count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError('no values');
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/**
 * How many times as fast as the peer: the ratio of the round in the middle. A machine's own speed may change by more than what is
 * measured, but seldom between a round of ours and the peer's beside it.
 *
 * @param ours time for a unit of work in each round. @param peer the same of the peer, in the same rounds.
 */
export function ratioOfRounds(ours: readonly number[], peer: readonly number[]): number {
  return median(ours.map((own, round) => (peer[round] ?? NaN) / own));
}

/**
 * A peer of the same rounds, for a report: its value is what makes the ratio that of the round in the middle ({@link ratioOfRounds}).
 *
 * @param perSecond ours.
 */
export function peerOfRounds(
  name: string,
  perSecond: number,
  ours: readonly number[],
  peer: readonly number[],
): { name: string; value: number } {
  return { name, value: perSecond / ratioOfRounds(ours, peer) };
}

interface Run<Name> {
  name: Name;
  subject: Subject;
  isAsync: boolean;
  calls: number;
  wall: number[];
  cpu: number[];
}

/** Calls once in any case: only the result shows whether calls must be awaited. */
async function warmUp(subject: Subject, warmUpMs: number): Promise<{ isAsync: boolean; msPerCall: number }> {
  const start = performance.now();
  const first = subject();
  const isAsync = first instanceof Promise;
  if (isAsync) await first;
  let calls = 1;
  let elapsed = performance.now() - start;
  for (; elapsed < warmUpMs; elapsed = performance.now() - start) {
    if (isAsync) await subject();
    else subject();
    calls++;
  }
  return { isAsync, msPerCall: elapsed / calls };
}

async function runRound<Name>(run: Run<Name>): Promise<void> {
  const { subject, calls, isAsync } = run;
  const cpuStart = process.cpuUsage();
  const start = performance.now();
  if (isAsync) for (let i = 0; i < calls; i++) await subject();
  else for (let i = 0; i < calls; i++) subject();
  const wall = performance.now() - start;
  const cpu = process.cpuUsage(cpuStart);
  run.wall.push(wall / calls);
  run.cpu.push((cpu.user + cpu.system) / 1000 / calls);
}

function summarize<Name>(run: Run<Name>): Measurement {
  const msPerCall = median(run.wall);
  return {
    msPerCall,
    perSecond: 1000 / msPerCall,
    cpuMsPerCall: median(run.cpu),
    rounds: run.wall,
    cpuRounds: run.cpu,
  };
}
