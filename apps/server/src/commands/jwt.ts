import { userInfo } from 'node:os';
import { addSettingOptions, answer, asTime, form, remark, valuesOf } from '@moorline/app-kit';
import { Command } from 'commander';
import { askServer } from '../control/ask-server.js';
import { appName, dataDirSetting, readSettings } from '../settings.js';
import { durationOption } from './duration-option.js';

const role = form.choice('api', 'user', 'manager', 'support', 'admin');

const examples = `
Examples:
  moorline-server jwt create --role api
  TOKEN=$(moorline-server jwt create --role api)
  curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/api/jobs/
  moorline-server jwt create --role api --role admin --user alice --expires 1h`;

/** `jwt create`: what people and programs use the REST API with. */
export function jwtCommand(): Command {
  return new Command('jwt').description('JSON Web Tokens for the REST API').addCommand(createCommand());
}

function createCommand(): Command {
  const command = new Command('create')
    .description('make a JSON Web Token and print it')
    .requiredOption(
      '--role <ROLE>',
      `${role.accepted}; can be repeated. The API takes "api" alone, or "api" with "admin"`,
      valuesOf(role),
    )
    .option('--user <NAME>', 'the user that it speaks for (default: you)')
    .addOption(durationOption('--expires <DURATION>', 'how long it is valid', '30d'))
    .addHelpText('after', examples);
  return addSettingOptions(command, appName, dataDirSetting).action(async (flags: CreateFlags) => {
    const user = flags.user ?? userInfo().username;
    const { token, expiresAt } = await askServer(readSettings(flags).dataDir, 'jwt-create', {
      user,
      roles: flags.role,
      expiresInMs: flags.expires,
    });
    answer(token);
    remark(`speaks for ${user} (${flags.role.join(', ')}) until ${asTime(expiresAt)}`);
  });
}

interface CreateFlags extends Record<string, unknown> {
  role: NonNullable<ReturnType<typeof role.parse>>[];
  user?: string;
  expires: number;
}
