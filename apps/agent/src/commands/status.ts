import { addSettingOptions, answer, answerJson } from '@moorline/app-kit';
import type { Command } from 'commander';
import { systemClock } from '@moorline/core';
import { appName, readSettings, some } from '../settings.js';
import { askStatus } from './ask-status.js';
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
    const status = await askStatus(readSettings(flags));
    if (flags['json'] === true) answerJson(status);
    else answer(statusText(status, Math.floor(systemClock.now() / 1000)));
  });
}
