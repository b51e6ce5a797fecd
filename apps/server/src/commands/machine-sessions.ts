import { addSettingOptions, answer, answerJson, asTime, remark } from '@moorline/app-kit';
import { Command } from 'commander';
import { askServer } from '../control/ask-server.js';
import { appName, dataDirSetting, readSettings } from '../settings.js';
import { durationOption } from './duration-option.js';
import { parsedArgument } from './parsed-argument.js';
import { table } from './table.js';

/** Milliseconds beside those of the request, so that the server is the one who says that it took too long. */
const graceMs = 5000;

/** `machines sessions`: whose agents can be asked. */
export function sessionsCommand(): Command {
  const command = new Command('sessions')
    .description('list the machines whose agents have a session with this server')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  moorline-server machines sessions');
  return addSettingOptions(command, appName, dataDirSetting).action(async (flags: Record<string, unknown>) => {
    const sessions = await askServer(readSettings(flags).dataDir, 'sessions-list', null);
    if (flags['json'] === true) {
      answerJson(sessions);
      return;
    }
    const rows = sessions.map(({ machine, host, group, protocol, agentVersion = '', address = '', connectedAt }) => [
      ...[machine, host, group, protocol, agentVersion, address],
      asTime(connectedAt),
    ]);
    answer(table(['MACHINE', 'HOST', 'GROUP', 'SPEAKS', 'AGENT', 'ADDRESS', 'CONNECTED'], rows));
  });
}

const requestNotes = `
Examples:
  moorline-server machines request node01 states
  moorline-server machines request node01 states '{"components":["cpu"]}'
  moorline-server machines request node01 gossip`;

interface RequestFlags extends Record<string, unknown> {
  timeout: number;
}

/** `machines request`: asks one agent. */
export function requestCommand(): Command {
  const command = new Command('request')
    .description("ask a machine's agent, and print what it answers as JSON")
    .argument('<NODE>', 'the id of a machine, or its host name')
    .argument('<METHOD>', 'states, events, metrics, gossip, …')
    .argument('[JSON]', 'what the method takes')
    .addOption(durationOption('--timeout <DURATION>', 'how long the agent has to answer', '75s'))
    .addHelpText('after', requestNotes);
  return addSettingOptions(command, appName, dataDirSetting).action(
    async (node: string, method: string, json: string | undefined, flags: RequestFlags) => {
      const params = json === undefined ? undefined : parsedArgument(json);
      const input = { node, method, params, timeoutMs: flags.timeout };
      const options = { timeoutMs: flags.timeout + graceMs };
      answerJson((await askServer(readSettings(flags).dataDir, 'sessions-request', input, options)).response);
    },
  );
}

/** `machines rotate-token`: gives an agent a new session token. */
export function rotateTokenCommand(): Command {
  const command = new Command('rotate-token')
    .description('give a machine a new session token; the old one opens for some minutes more')
    .argument('<NODE>', 'the id of a machine, or its host name')
    .addOption(durationOption('--timeout <DURATION>', 'how long the agent has to take it', '75s'))
    .addHelpText('after', '\nExample:\n  moorline-server machines rotate-token node01');
  return addSettingOptions(command, appName, dataDirSetting).action(async (node: string, flags: RequestFlags) => {
    const input = { node, timeoutMs: flags.timeout };
    const options = { timeoutMs: flags.timeout + graceMs };
    const { machine } = await askServer(readSettings(flags).dataDir, 'sessions-rotate', input, options);
    answer(machine);
    remark('it connects with the new token within half a minute');
  });
}
