/**
 * Does something to many jobs at once, but to those with one id of the scheduler's behind each other: each sees what the one before it did.
 *
 * @param round is given jobs whose ids all differ. @returns its answers, in the order of the jobs.
 */
export async function inRounds<Job extends { jobId: number }, Answer>(
  jobs: readonly Job[],
  round: (jobs: readonly Job[]) => Promise<readonly Answer[]>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let first = 0; first < jobs.length;) {
    const ids = new Set<number>();
    let end = first;
    for (let job = jobs[end]; job !== undefined && !ids.has(job.jobId); job = jobs[++end]) ids.add(job.jobId);
    for (const answer of await round(first === 0 && end === jobs.length ? jobs : jobs.slice(first, end))) {
      answers.push(answer);
    }
    first = end;
  }
  return answers;
}
