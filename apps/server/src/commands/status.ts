import { addSettingOptions, answer, answerJson, asTime } from '@moorline/app-kit';
import { Command } from 'commander';
import { askServer } from '../control/ask-server.js';
import { appName, dataDirSetting, readSettings } from '../settings.js';

/** `status`: what the running server does. */
export function statusCommand(): Command {
  const command = new Command('status')
    .description('show what the running server does')
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  moorline-server status --json');
  return addSettingOptions(command, appName, dataDirSetting).action(async (flags: Record<string, unknown>) => {
    const status = await askServer(readSettings(flags).dataDir, 'status', null);
    if (flags['json'] === true) {
      answerJson(status);
      return;
    }
    answer(`moorline-server ${status.version} (process ${status.pid}) listens on ${status.url}`);
    answer(`since     ${asTime(status.startedAt)}`);
    answer(`data in   ${status.dataDir} (${(status.databaseBytes / 1024 ** 2).toFixed(1)} MiB)`);
    answer(`machines  ${status.machines}`);
    answer(`jobs      ${status.jobs}, ${status.runningJobs} of them running, ${status.archiveQueue} to be archived`);
    if (status.nats !== undefined) {
      const { state, problem, counts } = status.nats;
      answer(`nats      ${state}${problem === undefined ? '' : ` (${problem})`}, ${counts['applied']} events applied`);
    }
    answer(`store     busy for ${(status.storeMs / 1000).toFixed(1)} s since the start`);
  });
}
