import { resolve } from 'node:path';
import { addSettingOptions, remark } from '@moorline/app-kit';
import { Command } from 'commander';
import { openWork } from '../control/open-work.js';
import { appName, readSettings, storeSettings } from '../settings.js';

const notes = `
The copy is of one moment, and appears when it is whole and on the disk. To restore it, stop the server, put the copy in
the place of moorline.db, and remove moorline.db-wal and moorline.db-shm. The keys lie in files of their own: copy
jwt-ed25519.pem and session-key too. A database on Postgres is copied with its own pg_dump.

Example:
  moorline-server backup /backup/moorline-$(date +%F).db`;

/** `backup`: a copy of the database. */
export function backupCommand(): Command {
  const command = new Command('backup')
    .description('copy the database as it is now; with and without a running server')
    .argument('<FILE>', 'a file that is not there yet')
    .addHelpText('after', notes);
  return addSettingOptions(command, appName, storeSettings).action(
    async (file: string, flags: Record<string, unknown>) => {
      const path = resolve(file);
      await using work = await openWork(readSettings(flags));
      await work.ask('backup', { path });
      remark(`the database was copied to ${path}`);
    },
  );
}
