import { addSettingOptions, answer, answerJson, asTime } from '@moorline/app-kit';
import { Command } from 'commander';
import { askServer } from '../control/ask-server.js';
import { appName, dataDirSetting, readSettings } from '../settings.js';
import { durationOption } from './duration-option.js';
import { parsedArgument } from './parsed-argument.js';
import { table } from './table.js';

/** `daemons`: the machines that have dialled in for calls. */
export function daemonsCommand(): Command {
  return new Command('daemons')
    .description('daemons that have dialled in, and calls of their methods')
    .addCommand(listCommand())
    .addCommand(callCommand());
}

function listCommand(): Command {
  const command = new Command('list')
    .description('list the daemons that are connected')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  moorline-server daemons list');
  return addSettingOptions(command, appName, dataDirSetting).action(async (flags: Record<string, unknown>) => {
    const daemons = await askServer(readSettings(flags).dataDir, 'daemons-list', null);
    if (flags['json'] === true) {
      answerJson(daemons);
      return;
    }
    const rows = daemons.map(({ machine, host, group, protocol, userAgent = '', address = '', connectedAt }) => [
      ...[machine, host, group, `v${protocol}`, userAgent, address],
      asTime(connectedAt),
    ]);
    answer(table(['MACHINE', 'HOST', 'GROUP', 'SPEAKS', 'PROGRAM', 'ADDRESS', 'CONNECTED'], rows));
  });
}

const notes = `
Examples:
  moorline-server daemons call node01 Version
  moorline-server daemons call node01 ListServices '"orchard"'
  moorline-server daemons call node01 UpdateManifests '{"type":"sync"}'
  moorline-server daemons call node01 JobStatus '"4be5c2e0-…"'`;

interface CallFlags extends Record<string, unknown> {
  timeout: number;
}

function callCommand(): Command {
  const command = new Command('call')
    .description("call a method of a machine's daemon, and print its result as JSON")
    .argument('<NODE>', 'the id of a machine, or its host name')
    .argument('<METHOD>', 'Ping, Version, ListServices, …')
    .argument('[JSON]', 'what the method takes')
    .addOption(durationOption('--timeout <DURATION>', 'how long the daemon has to answer', '10s'))
    .addHelpText('after', notes);
  return addSettingOptions(command, appName, dataDirSetting).action(
    async (node: string, method: string, json: string | undefined, flags: CallFlags) => {
      const input = {
        node,
        method,
        argument: json === undefined ? undefined : parsedArgument(json),
        timeoutMs: flags.timeout,
      };
      const { dataDir } = readSettings(flags);
      const { result = null } = await askServer(dataDir, 'daemons-call', input, { timeoutMs: flags.timeout + graceMs });
      answerJson(result);
    },
  );
}

/** Milliseconds beside those of the call, so that the server is the one who says that it took too long. */
const graceMs = 5000;
