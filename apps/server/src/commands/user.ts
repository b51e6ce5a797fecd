import { addSettingOptions, answer, answerJson, form, readSecret, remark, valuesOf } from '@moorline/app-kit';
import { Command } from 'commander';
import { openWork } from '../control/open-work.js';
import { ServerError } from '../error.js';
import { appName, readSettings, storeSettings } from '../settings.js';
import { askPassword } from './ask-password.js';
import { table } from './table.js';

const role = form.choice('api', 'user', 'manager', 'support', 'admin');

const addExamples = `
The password is asked for, or read from a file or standard input; never from the command line, where others can read it.

Examples:
  moorline-server user add alice --role user
  moorline-server user add root --role admin --role api --password-file ./secret
  moorline-server user add slurm --role api                                   a program: it has tokens, no password
  moorline-server user add mia --role manager --project p1 --password-file - < ./secret`;

/** `user add`, `user list`, `user remove`: who may log in. They work with and without a running server. */
export function userCommand(): Command {
  return new Command('user')
    .description('users: who may log in with a password')
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(removeCommand());
}

function addCommand(): Command {
  const command = new Command('add')
    .description('add a user')
    .argument('<NAME>', 'to log in with, 100 bytes at most')
    .requiredOption('--role <ROLE>', `${role.accepted}; can be repeated`, valuesOf(role))
    .option('--project <NAME>', 'a project that a manager manages; can be repeated', valuesOf(form.text()))
    .option('--full-name <TEXT>', 'of the person', '')
    .option('--email <ADDRESS>', 'of the person', '')
    .option('--password-file <FILE>', 'a file that holds the password, - for standard input')
    .addHelpText('after', addExamples);
  return addSettingOptions(command, appName, storeSettings).action(async (username: string, flags: AddFlags) => {
    await using work = await openWork(readSettings(flags));
    const password = await passwordOf(username, flags);
    await work.ask('user-add', {
      username,
      ...(password === undefined ? {} : { password }),
      roles: flags.role,
      projects: flags.project ?? [],
      name: flags.fullName,
      email: flags.email,
    });
    remark(`user ${username} was added (${flags.role.join(', ')})`);
  });
}

interface AddFlags extends Record<string, unknown> {
  role: NonNullable<ReturnType<typeof role.parse>>[];
  project?: string[];
  fullName: string;
  email: string;
  passwordFile?: string;
}

/** Programs have tokens and need no password; people are asked for theirs. */
function passwordOf(username: string, { passwordFile, role: roles }: AddFlags): Promise<string> | string | undefined {
  if (passwordFile !== undefined) return readSecret(passwordFile, 'password');
  return roles.every((one) => one === 'api') ? undefined : askPassword(username);
}

function listCommand(): Command {
  const command = new Command('list')
    .description('list the users')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  moorline-server user list');
  return addSettingOptions(command, appName, storeSettings).action(async (flags: Record<string, unknown>) => {
    await using work = await openWork(readSettings(flags));
    const users = await work.ask('user-list', null);
    if (flags['json'] === true) {
      answerJson(users);
      return;
    }
    const rows = users.map(({ username, roles, projects, name }) => [
      username,
      roles.join(',') || '-',
      projects.join(',') || '-',
      name,
    ]);
    answer(table(['USER', 'ROLES', 'PROJECTS', 'NAME'], rows));
  });
}

function removeCommand(): Command {
  const command = new Command('remove')
    .description('remove a user, with all sessions and settings; tokens that were issued stay valid')
    .argument('<NAME>', 'from "user list"')
    .addHelpText('after', '\nExample:\n  moorline-server user remove alice');
  return addSettingOptions(command, appName, storeSettings).action(
    async (username: string, flags: Record<string, unknown>) => {
      await using work = await openWork(readSettings(flags));
      const { removed } = await work.ask('user-remove', { username });
      if (!removed) {
        throw new ServerError(`there is no user ${username}`, {
          code: 'no_such_user',
          hint: 'moorline-server user list shows them',
        });
      }
      remark(`user ${username} was removed`);
    },
  );
}
