import { addSettingOptions, answer, answerJson, asTime, remark } from '@moorline/app-kit';
import { Command } from 'commander';
import { askServer } from '../control/ask-server.js';
import { localUser } from '../links/link-work.js';
import { appName, dataDirSetting, readSettings } from '../settings.js';

const examples = `
The link opens the page on this machine, once and within ten minutes; a server that stops forgets it.

Examples:
  moorline-server link create                    for the user "${localUser}", an administrator without a password, who is made by it
  moorline-server link create --user alice`;

/** `link create`: how somebody at the server's machine signs in without a password. */
export function linkCommand(): Command {
  return new Command('link')
    .description('one-time links: how people at this machine sign in to the page without a password')
    .addCommand(createCommand());
}

function createCommand(): Command {
  const command = new Command('create')
    .description('make a link that signs a user in, and print it')
    .option('--user <NAME>', 'whom it signs in', localUser)
    .option('--json', 'print everything about it as JSON')
    .addHelpText('after', examples);
  return addSettingOptions(command, appName, dataDirSetting).action(async (flags: CreateFlags) => {
    const created = await askServer(readSettings(flags).dataDir, 'link-create', { username: flags.user });
    if (flags.json === true) {
      answerJson(created);
      return;
    }
    answer(created.url);
    remark(`signs ${created.username} in, once, until ${asTime(created.expiresAt)}`);
  });
}

interface CreateFlags extends Record<string, unknown> {
  user: string;
  json?: boolean;
}
