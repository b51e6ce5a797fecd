import { callControl, controlSocketPath, dataDirPath } from '@moorline/app-kit';
import { AgentError } from '../agent-error.js';
import { type AgentSettings, appName, startedBy } from '../settings.js';
import { type StatusAnswer, statusAnswer } from '../workers/status-answer.js';

/**
 * Asks the running agent what it does.
 *
 * @throws AppError `not_running` and others of `callControl`; AgentError `bad_answer`.
 */
export async function askStatus({ dataDir }: Pick<AgentSettings, 'dataDir'>): Promise<StatusAnswer> {
  const path = controlSocketPath(dataDirPath(dataDir), appName);
  const status = statusAnswer.safeParse(await callControl({ path, command: 'status', startedBy }));
  if (status.success) return status.data;
  throw new AgentError('the running agent answered in a form that this program does not know', {
    code: 'bad_answer',
    hint: 'start the agent again with the same version as this program',
    cause: status.error,
  });
}
