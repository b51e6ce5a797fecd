import { runAlone, type Together, type Work } from './work.js';

/** A write of a group. */
export interface GroupedWrite {
  readonly work: Work<unknown, unknown>;
  /** Names of what it reads and writes; undefined: anything. */
  readonly touches: readonly string[] | undefined;
}

/** What of a group is run at once: one write, or several that are run together. */
export interface Step {
  /** Where in the group they are, in its order. */
  readonly writes: number[];
  /** The earlier steps with which it touches something in common. */
  readonly after: Set<number>;
}

/**
 * Puts the writes of a group into steps. Those of a kind come into one step, unless a write lies between them that touches something
 * in common with the later one: what touches nothing in common may change places.
 */
export function stepsOf(group: readonly GroupedWrite[]): Step[] {
  const steps: Step[] = [];
  /** The newest step of each kind, and the last that touches each name. */
  const newest = new Map<Together<unknown, unknown>, number>();
  const last = new Map<string, number>();
  /** The last that touches anything. */
  let barrier = -1;
  for (let index = 0; index < group.length; index++) {
    const { work, touches } = group[index] as GroupedWrite;
    const together = typeof work === 'function' ? undefined : work.together;
    const before = touches === undefined ? [...steps.keys()] : lastOf(touches, last, barrier);
    const joined = together && newest.get(together);
    const isJoining = joined !== undefined && before.every((step) => step <= joined);
    const number = isJoining ? joined : steps.push({ writes: [], after: new Set() }) - 1;
    const { writes, after } = steps[number] as Step;
    writes.push(index);
    for (const step of before) if (step !== number) after.add(step);
    if (together !== undefined) {
      // Those of a kind stay in their order, so that rows get their numbers in it.
      if (joined !== undefined && joined !== number) after.add(joined);
      newest.set(together, number);
    }
    if (touches === undefined) barrier = number;
    else for (const name of touches) last.set(name, number);
  }
  return steps;
}

function lastOf(touches: readonly string[], last: ReadonlyMap<string, number>, barrier: number): number[] {
  const steps = barrier < 0 ? [] : [barrier];
  for (const name of touches) {
    const step = last.get(name);
    if (step !== undefined) steps.push(step);
  }
  return steps;
}

/** Runs one step after the other. @returns what each write answered. @throws the first failure. */
export async function runInTurn(group: readonly GroupedWrite[]): Promise<unknown[]> {
  const answers = new Array<unknown>(group.length);
  for (const step of stepsOf(group)) await runStep(group, step, answers);
  return answers;
}

/**
 * Runs each step once those are done that it comes after: the others at the same time.
 *
 * @returns what each write answered. @throws the first failure, once all have ended.
 */
export async function runBeside(group: readonly GroupedWrite[]): Promise<unknown[]> {
  const answers = new Array<unknown>(group.length);
  const done: Promise<unknown>[] = [];
  for (const step of stepsOf(group)) {
    const before = Promise.all([...step.after].flatMap((number) => done[number] ?? []));
    done.push(before.then(() => runStep(group, step, answers)));
  }
  const all = Promise.all(done);
  await Promise.allSettled([all, ...done]);
  await all;
  return answers;
}

async function runStep(group: readonly GroupedWrite[], { writes }: Step, answers: unknown[]): Promise<void> {
  const [first] = writes as [number];
  const { work } = group[first] as GroupedWrite;
  if (typeof work === 'function' || writes.length === 1) {
    answers[first] = await runAlone(work);
    return;
  }
  const items = writes.map((index) => (group[index]?.work as Exclude<typeof work, () => unknown>).item);
  const answered = await work.together(items);
  for (const [place, index] of writes.entries()) answers[index] = answered[place];
}
