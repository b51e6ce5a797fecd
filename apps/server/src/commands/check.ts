import { addSettingOptions, answer, remark } from '@moorline/app-kit';
import { Command } from 'commander';
import { openWork } from '../control/open-work.js';
import { ServerError } from '../error.js';
import { appName, readSettings, storeSettings } from '../settings.js';

/** `check`: whether the database is whole. */
export function checkCommand(): Command {
  const command = new Command('check')
    .description('read the whole database and tell what is broken; works with and without a running server')
    .addHelpText('after', '\nExample:\n  moorline-server check --data-dir ./state');
  return addSettingOptions(command, appName, storeSettings).action(async (flags: Record<string, unknown>) => {
    await using work = await openWork(readSettings(flags));
    const { problems } = await work.ask('check', null);
    for (const problem of problems) answer(problem);
    if (problems.length > 0) {
      throw new ServerError(`the database has ${problems.length} problems`, {
        code: 'check_failed',
        hint: 'stop the server, keep a copy of the database, and restore it from a backup',
      });
    }
    remark('the database is whole');
  });
}
