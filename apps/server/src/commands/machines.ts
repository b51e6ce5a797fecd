import { addSettingOptions, answer, answerJson, asTime } from '@moorline/app-kit';
import { Command } from 'commander';
import { askServer } from '../control/ask-server.js';
import { appName, dataDirSetting, readSettings } from '../settings.js';
import { requestCommand, rotateTokenCommand, sessionsCommand } from './machine-sessions.js';
import { resetIdentityCommand } from './reset-identity.js';
import { table } from './table.js';

/** `machines`: what has enrolled, and what its agents are asked. */
export function machinesCommand(): Command {
  return new Command('machines')
    .description('machines that have enrolled, and requests to their agents')
    .addCommand(listCommand())
    .addCommand(sessionsCommand())
    .addCommand(requestCommand())
    .addCommand(rotateTokenCommand())
    .addCommand(resetIdentityCommand());
}

function listCommand(): Command {
  const command = new Command('list')
    .description('list the machines that have enrolled')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  moorline-server machines list');
  return addSettingOptions(command, appName, dataDirSetting).action(async (flags: Record<string, unknown>) => {
    const machines = await askServer(readSettings(flags).dataDir, 'machines-list', null);
    if (flags['json'] === true) {
      answerJson(machines);
      return;
    }
    const rows = machines.map(({ number, id, group, host, enrolledAt, lastLoginAt }) => [
      String(number),
      id,
      group,
      host,
      asTime(enrolledAt),
      asTime(lastLoginAt),
    ]);
    answer(table(['NUMBER', 'ID', 'GROUP', 'HOST', 'ENROLLED', 'LAST LOGIN'], rows));
  });
}
