import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addSettingOptions, answer, isAppError, remark } from '@moorline/app-kit';
import { Command } from 'commander';
import { askServer } from '../control/ask-server.js';
import { ServerError } from '../error.js';
import { appName, dataDirSetting, databaseName, readSettings } from '../settings.js';

/** `check`: whether the database is whole. */
export function checkCommand(): Command {
  const command = new Command('check')
    .description('read the whole database and tell what is broken; works with and without a running server')
    .addHelpText('after', '\nExample:\n  moorline-server check --data-dir ./state');
  return addSettingOptions(command, appName, dataDirSetting).action(async (flags: Record<string, unknown>) => {
    const { dataDir } = readSettings(flags);
    const problems = await askServer(dataDir, 'check', null).then(
      (result) => result.problems,
      (error: unknown) => {
        if (isAppError(error) && error.code === 'not_running') return checkFile(join(dataDir, databaseName));
        throw error;
      },
    );
    for (const problem of problems) answer(problem);
    if (problems.length > 0) {
      throw new ServerError(`the database in ${dataDir} has ${problems.length} problems`, {
        code: 'check_failed',
        hint: 'stop the server, keep a copy of the files, and restore them from a backup',
      });
    }
    remark('the database is whole');
  });
}

async function checkFile(path: string): Promise<readonly string[]> {
  if (!existsSync(path)) {
    throw new ServerError(`there is no database ${path}`, {
      code: 'check_failed',
      hint: 'name the data directory with --data-dir',
    });
  }
  const { openStore } = await import('@moorline/cc-store');
  const store = await openStore({ path });
  try {
    return (await store.check()).faults;
  } finally {
    await store.close();
  }
}
