import { ChangeFailed, type Changed, type JobState, type WorkloadResult } from '@moorline/gitops';
import type { JobStatus, UpdateSpec, WorkloadResult as WireResult } from '@moorline/rpc-versioned';

/** What is remembered of a job. */
export interface JobOutcome extends Changed {
  spec: UpdateSpec;
}

/** A job's state, as it travels. */
export function jobStatusOf(job: JobState<JobOutcome>): JobStatus {
  if (job.state === 'succeeded') {
    const { revision, spec, results } = job.result;
    const result = wireResults(results);
    return {
      Result: { ...(revision === undefined ? {} : { revision }), spec, result },
      Err: '',
      StatusString: job.state,
    };
  }
  if (job.state !== 'failed') return { Result: {}, Err: '', StatusString: job.state };
  const { error } = job;
  const results = error instanceof ChangeFailed ? { result: wireResults(error.results) } : {};
  return { Result: results, Err: error instanceof Error ? error.message : String(error), StatusString: job.state };
}

const wireResults = (results: ReadonlyMap<string, WorkloadResult>): Record<string, WireResult> =>
  Object.fromEntries([...results].map(([id, result]) => [id, wireResult(result)]));

const wireResult = ({ status, error, containers }: WorkloadResult): WireResult => ({
  Status: status,
  ...(error === undefined ? {} : { Error: error }),
  PerContainer:
    containers.length === 0
      ? null
      : containers.map(({ container, current, target }) => ({
          Container: container,
          Current: current,
          Target: target,
        })),
});

/** The message of the commit: what the caller says, or what is done, and who asked for it. */
export function commitMessage(
  { cause }: UpdateSpec,
  title: string,
  results: ReadonlyMap<string, WorkloadResult>,
): string {
  const said = cause.Message.trim() === '' ? title : cause.Message.trim();
  const changed = [...results].flatMap(([id, { status, containers }]) =>
    status === 'success'
      ? [`- ${id}`, ...containers.map(({ container, current, target }) => `  ${container}: ${current} -> ${target}`)]
      : [],
  );
  const user = cause.User.replaceAll(/\s+/g, ' ').trim();
  return [said, changed.join('\n'), ...(user === '' ? [] : [`Requested-by: ${user}`])].join('\n\n').concat('\n');
}
