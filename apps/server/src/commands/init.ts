import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { addSettingOptions, answer, openDataDir, readSecret, remark, settingsFile } from '@moorline/app-kit';
import { Command, Option } from 'commander';
import { openWork, type OpenWork } from '../control/open-work.js';
import { openKeyPair } from '../keys.js';
import { openSessionKey } from '../session-key.js';
import { appName, databaseName, isStoreInFile, readSettings, serverSettings, storeSettings } from '../settings.js';
import { askPassword } from './ask-password.js';

const notes = `
Makes what is missing and leaves what is there: the data directory, the keys, the database, a settings file with every
setting explained in it, and the first administrator. Prints the path of the settings file.

Examples:
  moorline-server init                                             asks for the administrator's password
  moorline-server init --data-dir /srv/moorline --password-file ./secret
  moorline-server serve --config "$(moorline-server init --no-admin)"`;

/** `init`: everything that the first start needs. */
export function initCommand(): Command {
  const command = new Command('init')
    .description('make a data directory with keys, settings file and first administrator')
    .option('--settings-file <FILE>', 'the settings file to write (default: server.yaml in the data directory)')
    .option('--admin <NAME>', 'the first administrator', 'admin')
    .addOption(new Option('--no-admin', 'no administrator'))
    .option('--password-file <FILE>', "a file that holds the administrator's password, - for standard input")
    .addHelpText('after', notes);
  return addSettingOptions(command, appName, storeSettings).action(async (flags: InitFlags) => {
    const settings = readSettings(flags);
    const dataDir = openDataDir(settings.dataDir);
    openKeyPair(dataDir, process.env);
    openSessionKey(dataDir, process.env);
    if (!isStoreInFile(settings) || !existsSync(join(dataDir, databaseName))) {
      const { openServerStore } = await import('../open-store.js');
      await (await openServerStore({ ...settings, dataDir })).close();
    }
    await using work = await openWork({ ...settings, dataDir });
    if (flags.admin !== false) await addFirstAdmin(work, flags.admin, flags.passwordFile);
    answer(writeSettings(resolve(flags.settingsFile ?? join(dataDir, 'server.yaml')), dataDir));
  });
}

interface InitFlags extends Record<string, unknown> {
  settingsFile?: string;
  admin: string | false;
  passwordFile?: string;
}

async function addFirstAdmin(work: OpenWork, username: string, passwordFile: string | undefined): Promise<void> {
  const users = await work.ask('user-list', null);
  const known = users.find(({ roles }) => roles.includes('admin'));
  if (known !== undefined) {
    remark(`${known.username} is an administrator already`);
    return;
  }
  const password = passwordFile === undefined ? await askPassword(username) : readSecret(passwordFile, 'password');
  await work.ask('user-add', { username, password, roles: ['admin', 'api'], projects: [], name: '', email: '' });
  remark(`administrator ${username} was added`);
}

/** @returns its path. */
function writeSettings(path: string, dataDir: string): string {
  if (existsSync(path)) {
    remark('the settings file is there already, and stays as it is');
    return path;
  }
  writeFileSync(path, settingsFile(serverSettings, { dataDir }), { mode: 0o600, flag: 'wx' });
  remark('start it with: moorline-server serve --config FILE');
  return path;
}
