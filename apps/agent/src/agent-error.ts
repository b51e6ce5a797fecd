import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';

export type AgentErrorCode =
  /** No identity in the data directory: `login` comes first. */
  | 'not_enrolled'
  /** The control plane could not be reached. */
  | 'server_unreachable'
  /** No NATS server answers. */
  | 'nats_unreachable'
  /** The control plane answered that it will not do it. */
  | 'server_refused'
  /** The control plane answered something that is not of its API. */
  | 'bad_answer'
  /** The start of a job could not be kept, so that its command was not run. */
  | 'job_not_begun'
  /** The log of `replay` cannot be read, or holds no job. */
  | 'log_unreadable'
  /** The log of `replay` does not fit: no size of the machine, another file than the one begun. */
  | 'log_unfit'
  /** Lines of the log were left out. */
  | 'log_lines_skipped'
  /** What a replay keeps of its place in the log cannot be understood. */
  | 'replay_damaged'
  /** The same replay runs already. */
  | 'replay_running'
  /** Events that the control plane will never take; they are kept beside the spool. */
  | 'events_rejected'
  /** A command needs a proxy, and no setting says where it is. */
  | 'no_proxy';

/** What the agent fails with where no package of its own does. */
export class AgentError extends MoorlineError<AgentErrorCode> {
  constructor(message: string, options: MoorlineErrorOptions<AgentErrorCode>) {
    super(message, options);
    this.name = 'AgentError';
  }
}

export const isAgentError = createErrorGuard<AgentError>('AgentError');
