import { addSettingOptions, answer, answerJson, asTime, form, remark, valueOf, valuesOf } from '@moorline/app-kit';
import { Command } from 'commander';
import { askServer } from '../control/ask-server.js';
import type { ControlAnswer } from '../control/protocol.js';
import { ServerError } from '../error.js';
import { appName, dataDirSetting, readSettings } from '../settings.js';
import { table } from './table.js';
import { durationOption } from './duration-option.js';

const createExamples = `
Examples:
  moorline-server token create --group lab                      one machine, within 24 hours
  moorline-server token create --group lab --uses 128 --expires 30d
  moorline-server token create --group lab --cluster '*'        a head node that reports for every cluster
  moorline-server token create --group lab | ssh node01 moorline-agent login --endpoint https://cp.example --token-file -`;

/** `token create`, `token list`, `token revoke`: what machines enrol with. */
export function tokenCommand(): Command {
  return new Command('token')
    .description('registration tokens: what machines enrol with')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand());
}

function createCommand(): Command {
  const command = new Command('create')
    .description('make a registration token and print it, once')
    .requiredOption('--group <NAME>', 'the node group that machines join; it is the name of their cluster')
    .addOption(durationOption('--expires <DURATION>', 'how long it can be used', '24h'))
    .option('--uses <N>', 'how many machines it can enrol', valueOf(form.integer(1, 1_000_000)), 1)
    .option(
      '--cluster <NAME>',
      "a whole cluster that machines may report for beside their own host, '*' for all; can be repeated",
      valuesOf(form.text()),
    )
    .option('--json', 'print everything about it as JSON')
    .addHelpText('after', createExamples);
  return addSettingOptions(command, appName, dataDirSetting).action(async (flags: CreateFlags) => {
    const created = await askServer(readSettings(flags).dataDir, 'token-create', {
      group: flags.group,
      expiresInMs: flags.expires,
      uses: flags.uses,
      clusters: flags.cluster ?? [],
    });
    if (flags.json === true) {
      answerJson(created);
      return;
    }
    answer(created.token);
    const machines = flags.uses === 1 ? 'one machine' : `${flags.uses} machines`;
    remark(
      `enrols ${machines} in group ${flags.group} until ${asTime(created.expiresAt)}; revoke it by id ${created.id}`,
    );
    remark('it is shown this once: the server keeps only a hash');
  });
}

interface CreateFlags extends Record<string, unknown> {
  group: string;
  expires: number;
  uses: number;
  cluster?: string[];
  json?: boolean;
}

function listCommand(): Command {
  const command = new Command('list')
    .description('list registration tokens (never the tokens themselves)')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  moorline-server token list');
  return addSettingOptions(command, appName, dataDirSetting).action(async (flags: Record<string, unknown>) => {
    const tokens = await askServer(readSettings(flags).dataDir, 'token-list', null);
    if (flags['json'] === true) answerJson(tokens);
    else answer(table(['ID', 'GROUP', 'WHOLE CLUSTERS', 'USES LEFT', 'STATE', 'EXPIRES'], tokens.map(row)));
  });
}

const row = (token: ControlAnswer<'token-list'>[number]): string[] => [
  token.id,
  token.group,
  token.clusters.join(',') || '-',
  token.usesLeft === undefined ? 'any' : String(token.usesLeft),
  token.state,
  token.expiresAt === undefined ? 'never' : asTime(token.expiresAt),
];

function revokeCommand(): Command {
  const command = new Command('revoke')
    .description('end a registration token; machines that enrolled with it stay')
    .argument('<ID>', 'from "token list"')
    .addHelpText('after', '\nExample:\n  moorline-server token revoke 2c5ea4c0-4067-11e9-8bad-9b1deb4d3b7d');
  return addSettingOptions(command, appName, dataDirSetting).action(
    async (id: string, flags: Record<string, unknown>) => {
      const { revoked } = await askServer(readSettings(flags).dataDir, 'token-revoke', { id });
      if (!revoked) throw noSuchToken(id);
      remark(`registration token ${id} can no longer be used`);
    },
  );
}

const noSuchToken = (id: string): ServerError =>
  new ServerError(`no registration token that is still open has the id ${id}`, {
    code: 'no_such_token',
    hint: 'moorline-server token list shows them',
  });
