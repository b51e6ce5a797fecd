import { randomUUID } from 'node:crypto';
import { GitopsError } from '../error.js';

/** How far a job is, and what came of it. */
export type JobState<Result> =
  | { state: 'queued' | 'running' }
  | { state: 'failed'; error: unknown; result?: Result | undefined }
  | { state: 'succeeded'; result: Result };

export interface JobsOptions {
  /** Jobs that may wait. Default 100. */
  maxQueued?: number | undefined;
  /** Jobs that are remembered after their end, the newest. Default 1,000. */
  maxRemembered?: number | undefined;
}

/** Does jobs one after the other, in the order in which they came. What they came to is kept in memory alone. */
export class Jobs<Result> {
  readonly #states = new Map<string, JobState<Result>>();
  readonly #ended: string[] = [];
  readonly #options: Required<{ [K in keyof JobsOptions]: number }>;
  readonly #end = new AbortController();
  #tail: Promise<void> = Promise.resolve();
  #queued = 0;

  constructor({ maxQueued = 100, maxRemembered = 1000 }: JobsOptions = {}) {
    this.#options = { maxQueued, maxRemembered };
  }

  /** Jobs that wait. */
  get queued(): number {
    return this.#queued;
  }

  /** @returns the job's id, at once. @throws GitopsError `too_many_jobs`. */
  add(work: (signal: AbortSignal) => Promise<Result>): string {
    if (this.#queued >= this.#options.maxQueued) {
      throw new GitopsError(`${this.#queued} jobs wait already`, {
        code: 'too_many_jobs',
        hint: 'wait until some of them are done',
        isRetryable: true,
      });
    }
    const id = randomUUID();
    this.#states.set(id, { state: 'queued' });
    this.#queued++;
    this.#tail = this.#tail.then(() => this.#run(id, work));
    return id;
  }

  /** Undefined for a job that is not known, or not any more. */
  status(id: string): JobState<Result> | undefined {
    return this.#states.get(id);
  }

  /** Stops what runs, and drops what waits. */
  async close(): Promise<void> {
    this.#end.abort(new GitopsError('the agent stops', { code: 'not_ready', isRetryable: true }));
    await this.#tail;
  }

  async #run(id: string, work: (signal: AbortSignal) => Promise<Result>): Promise<void> {
    this.#queued--;
    this.#states.set(id, { state: 'running' });
    try {
      this.#end.signal.throwIfAborted();
      this.#states.set(id, { state: 'succeeded', result: await work(this.#end.signal) });
    } catch (error) {
      this.#states.set(id, { state: 'failed', error });
    }
    this.#ended.push(id);
    if (this.#ended.length > this.#options.maxRemembered) this.#states.delete(this.#ended.shift() ?? '');
  }
}
