import { addSettingOptions, answer, answerJson, remark } from '@moorline/app-kit';
import { Command } from 'commander';
import { openWork } from '../control/open-work.js';
import { agentSettingNames, checkAgentSetting } from '../controller/agent-config.js';
import { appName, readSettings, storeSettings } from '../settings.js';
import { table } from './table.js';

const notes = `
Settings: interval (time between two samples), nats (the NATS servers that agents deliver to).
What is not set here is for each agent's own settings to say.`;

/** `config`: what all agents are told to do. Works with and without a running server. */
export function configCommand(): Command {
  return new Command('config')
    .description('settings of all agents; a change reaches those that are connected within a second')
    .addHelpText('after', notes)
    .addCommand(getCommand())
    .addCommand(setCommand())
    .addCommand(unsetCommand());
}

function getCommand(): Command {
  const command = new Command('get')
    .description('show what is set')
    .argument('[KEY]', `one of ${agentSettingNames.join(', ')}; else all`)
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  moorline-server config get interval');
  return addSettingOptions(command, appName, storeSettings).action(
    async (key: string | undefined, flags: Record<string, unknown>) => {
      if (key !== undefined) checkAgentSetting(key, undefined);
      await using work = await openWork(readSettings(flags));
      const all = await work.ask('config-get', null);
      const shown = key === undefined ? all : { [key]: all[key] };
      if (flags['json'] === true) answerJson(shown);
      else if (key === undefined) answer(table(['KEY', 'VALUE'], Object.entries(all)));
      else if (all[key] !== undefined) answer(all[key]);
      else remark(`${key} is not set`);
    },
  );
}

function setCommand(): Command {
  const command = new Command('set')
    .description('set one')
    .argument('<KEY>', `one of ${agentSettingNames.join(', ')}`)
    .argument('<VALUE>', 'what agents are to use')
    .addHelpText(
      'after',
      '\nExamples:\n  moorline-server config set interval 30s\n  moorline-server config set nats tls://nats.example',
    );
  return addSettingOptions(command, appName, storeSettings).action(
    async (key: string, value: string, flags: Record<string, unknown>) => {
      checkAgentSetting(key, value);
      await using work = await openWork(readSettings(flags));
      await work.ask('config-set', { key, value });
    },
  );
}

function unsetCommand(): Command {
  const command = new Command('unset')
    .description("leave one to each agent's own settings again")
    .argument('<KEY>', `one of ${agentSettingNames.join(', ')}`)
    .addHelpText('after', '\nExample:\n  moorline-server config unset interval');
  return addSettingOptions(command, appName, storeSettings).action(
    async (key: string, flags: Record<string, unknown>) => {
      checkAgentSetting(key, undefined);
      await using work = await openWork(readSettings(flags));
      await work.ask('config-set', { key });
    },
  );
}
