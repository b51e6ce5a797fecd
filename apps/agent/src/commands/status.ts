import { addSettingOptions, answer, answerJson, callControl, controlSocketPath, dataDirPath } from '@moorline/app-kit';
import type { Command } from 'commander';
import { systemClock } from '@moorline/core';
import { AgentError } from '../agent-error.js';
import { appName, readSettings, some, startedBy } from '../settings.js';
import { statusAnswer } from '../workers/status-answer.js';
import { statusText } from './status-text.js';

const examples = `
Examples:
  moorline-agent status
  moorline-agent status --json | jq .engine.manifolds.spool.report`;

/** `status`: what the running agent does. */
export function addStatusCommand(program: Command): void {
  const command = program
    .command('status')
    .description('show what the running agent does: its identity, each of its workers, what waits in the spool')
    .option('--json', 'everything, as JSON')
    .addHelpText('after', examples);
  addSettingOptions(command, appName, some('dataDir')).action(async (flags: Record<string, unknown>) => {
    const path = controlSocketPath(dataDirPath(readSettings(flags).dataDir), appName);
    const status = statusAnswer.safeParse(await callControl({ path, command: 'status', startedBy }));
    if (!status.success) {
      throw new AgentError('the running agent answered in a form that this program does not know', {
        code: 'bad_answer',
        hint: 'start the agent again with the same version as this program',
        cause: status.error,
      });
    }
    if (flags['json'] === true) answerJson(status.data);
    else answer(statusText(status.data, Math.floor(systemClock.now() / 1000)));
  });
}
