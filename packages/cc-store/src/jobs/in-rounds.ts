/**
 * Does something to many jobs at once, but to those with one id of the scheduler's behind each other: each sees what the one before it did.
 *
 * @param jobIdOf the scheduler's id. @param round is given some whose ids all differ. @returns its answers, in the order of the jobs.
 */
export async function inRounds<Job, Answer>(
  jobs: readonly Job[],
  jobIdOf: (job: Job) => number,
  round: (jobs: readonly Job[]) => Promise<readonly Answer[]>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let first = 0, end = 0; first < jobs.length; first = end) {
    const ids = new Set<number>();
    for (; end < jobs.length; end++) {
      const id = jobIdOf(jobs[end] as Job);
      if (ids.has(id)) break;
      ids.add(id);
    }
    answers.push(...(await round(jobs.slice(first, end))));
  }
  return answers;
}
