import { compareJob, jobsOf } from './compare.js';
import { statesAfter } from './job-state.js';
import type { Random } from './random.js';
import type { Server } from './servers.js';
import { createJob, nextOperations, type TrackedJob } from './tracked-job.js';

/** All that was sent to some servers, and what is known of it. */
export interface Load {
  readonly servers: readonly Server[];
  readonly random: Random;
  readonly jobs: TrackedJob[];
  /** Unix seconds, at a whole slot. */
  readonly firstStart: number;
}

/** When a round ends. */
export interface Round {
  /** The server that is killed in it, after so many answers … */
  victim: Server;
  killAfter: number;
  /** … and so many milliseconds. */
  killDelayMs: number;
  /** Answers of the others until the round ends. */
  answersAfter: number;
}

/** Sends to every server until one was killed and, where others run, for a while longer. @returns the jobs that were touched. */
export async function runRound(load: Load, round: Round): Promise<Set<TrackedJob>> {
  const touched = new Set<TrackedJob>();
  const unclear = new Set<TrackedJob>();
  let answers = 0;
  let killing: Promise<void> | undefined;
  const isOver = (): boolean =>
    load.servers.every(({ isKilled }) => isKilled) || answers >= round.killAfter + round.answersAfter;

  const work = async (worker: number): Promise<void> => {
    while (!isOver()) {
      const job = chooseJob(load, worker, unclear);
      touched.add(job);
      const operations = nextOperations(job, load.random);
      job.lastSent = JSON.stringify(operations).slice(0, 500);
      const sent = await Promise.all(
        operations.map(async (operation) => {
          const answer = await chooseServer(load).ask(operation.method, operation.path, operation.body);
          if (answer !== undefined && ++answers === round.killAfter) killing = killLater(round);
          return { operation, status: answer?.status, answer };
        }),
      );
      const states = statesAfter(job.states, sent);
      if (states.length === 0) {
        const answered = sent.map(({ status, answer }) => `${status} ${answer?.text}`).join(', ');
        throw new Error(`job ${job.jobId}: ${job.lastSent} cannot be answered with ${answered}`);
      }
      job.states = states;
      if (sent.some(({ status }) => status === undefined)) unclear.add(job);
      const [first] = sent;
      if (first?.operation.method === 'GET' && first.answer !== undefined && first.answer.text !== '') {
        compareJob(job, jobsOf(first.answer.text));
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  await killing;
  return touched;
}

const workers = 8;
/** Of each worker: so many of its latest jobs are worked at. */
const jobsAtOnce = 5;

/** A worker has jobs of its own, so that it knows what is done to them; one that is unclear waits for the end of the round. */
function chooseJob({ jobs, random, firstStart }: Load, worker: number, unclear: ReadonlySet<TrackedJob>): TrackedJob {
  const [first, ...rest] = jobs
    .filter((job) => job.jobId % workers === worker && !unclear.has(job) && !wasDeleted(job))
    .slice(-jobsAtOnce);
  if (first !== undefined && random.chance(0.85)) return random.pick([first, ...rest]);
  const number = jobs.filter((job) => job.jobId % workers === worker).length + 1;
  const job = createJob(number * workers + worker, firstStart);
  jobs.push(job);
  return job;
}

/** Its samples are still there: a new job with its time would have them. */
const wasDeleted = (job: TrackedJob): boolean =>
  job.row !== undefined && job.states.some((state) => state.job === undefined);

function chooseServer({ servers, random }: Load): Server {
  const [first, ...rest] = servers.filter(({ isKilled }) => !isKilled);
  const [any] = servers;
  if (any === undefined) throw new Error('a load needs a server');
  return first === undefined ? any : random.pick([first, ...rest]);
}

function killLater({ victim, killDelayMs }: Round): Promise<void> {
  return new Promise((resolve, reject) => {
    const kill = (): void => void victim.kill().then(resolve, reject);
    if (killDelayMs === 0) setImmediate(kill);
    else setTimeout(kill, killDelayMs);
  });
}
