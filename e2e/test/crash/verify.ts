import { compareJob, compareSamples, compareStatistics, jobsOf, type ListedJob } from './compare.js';
import type { Load } from './load.js';
import type { TrackedJob } from './tracked-job.js';

/**
 * Holds what the servers have against what they answered; what was unclear is known afterwards.
 *
 * @param closely the jobs whose samples are looked at too.
 * @throws Error where an answered write is missing or different, or one without an answer is there in part.
 */
export async function verify(load: Load, closely: Iterable<TrackedJob>): Promise<void> {
  const byStart = new Map<number, ListedJob[]>();
  for (const shown of await listAll(load)) {
    byStart.set(shown.startTime, [...(byStart.get(shown.startTime) ?? []), shown]);
  }
  for (const job of load.jobs) {
    compareJob(job, byStart.get(job.startTime) ?? []);
    byStart.delete(job.startTime);
  }
  if (byStart.size > 0) throw new Error(`jobs that nobody started: ${JSON.stringify([...byStart.values()])}`);
  for (const job of closely) {
    const [state] = job.states;
    if (state?.job !== undefined) compareSamples(job, await ask(load, `/api/jobs/metrics/${job.row}?scope=node`));
  }
}

/** Waits until every stopped job is archived, and compares what the archive says of its samples. */
export async function verifyArchive(load: Load): Promise<void> {
  const isDue = ({ jobState, monitoringStatus }: ListedJob): boolean =>
    jobState !== 'running' && monitoringStatus === 1;
  let shown = await listAll(load);
  while (shown.some(isDue)) shown = await listAll(load);
  const byJobId = new Map(shown.map((job) => [job.jobId, job]));
  for (const job of load.jobs) {
    const archived = byJobId.get(job.jobId);
    if (archived === undefined || archived.jobState === 'running') continue;
    if (archived.monitoringStatus !== 3) throw new Error(`job ${job.jobId} could not be archived`);
    compareStatistics(job, archived);
  }
}

const listAll = async (load: Load): Promise<ListedJob[]> =>
  jobsOf(await ask(load, '/api/jobs/?items-per-page=1000000&with-metadata=1'));

/** Asks any of the servers. */
async function ask({ servers, random }: Load, path: string): Promise<string> {
  const answer = await servers[random.below(servers.length)]?.ask('GET', path);
  if (answer?.status !== 200) throw new Error(`GET ${path} was answered ${answer?.status}: ${answer?.text}`);
  return answer.text;
}
