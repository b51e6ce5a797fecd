import { isDeepStrictEqual } from 'node:util';

/** What a store holds of one job, and of the samples of its host, which no other job has. */
export interface JobState {
  /** Undefined where there is no such job. */
  readonly job: StoredJob | undefined;
  /** Values by slot: ten seconds each, from the start of the job. */
  readonly samples: ReadonlyMap<number, number>;
}

export interface StoredJob {
  /** Undefined while it runs. */
  readonly end: { readonly jobState: string; readonly duration: number } | undefined;
  readonly metaData: Readonly<Record<string, string>>;
  /** Names, sorted. */
  readonly tags: readonly string[];
}

export const nothing: JobState = { job: undefined, samples: new Map() };

/** One request about a job. */
export interface Operation {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  /** The status that a server answers to it in this state, and the state afterwards. */
  on(state: JobState): { status: number; after: JobState };
}

export interface Sent {
  operation: Operation;
  /** Undefined where no answer came. */
  status: number | undefined;
}

/**
 * The states that can be after operations that were sent together: some order of them explains every answer, and those without
 * an answer were done at their place in it, wholly, or not at all.
 *
 * @returns none where no order explains the answers.
 */
export function statesAfter(states: readonly JobState[], sent: readonly Sent[]): JobState[] {
  const after: JobState[] = [];
  for (const state of states.flatMap((before) => [...eachOrder(before, sent)])) {
    if (!after.some((other) => isDeepStrictEqual(other, state))) after.push(state);
  }
  return after;
}

function* eachOrder(state: JobState, sent: readonly Sent[]): Generator<JobState> {
  if (sent.length === 0) yield state;
  for (const first of sent) {
    const others = sent.filter((one) => one !== first);
    const { status, after } = first.operation.on(state);
    if (first.status === undefined) yield* eachOrder(state, others);
    if (first.status === undefined || first.status === status) yield* eachOrder(after, others);
  }
}

/** What the job metrics route shows of samples: from the first to the last slot that has one. */
export function shownSamples(samples: ReadonlyMap<number, number>): (number | null)[] {
  const slots = [...samples.keys()];
  const first = Math.min(...slots);
  const length = slots.length === 0 ? 0 : Math.max(...slots) - first + 1;
  return Array.from({ length }, (_, index) => samples.get(first + index) ?? null);
}
