import { addSettingOptions, answer, answerJson, asTime, remark } from '@moorline/app-kit';
import { Command } from 'commander';
import { askServer } from '../control/ask-server.js';
import { isServerRunning, refuseMissing } from '../control/open-work.js';
import { type TableVersion, versionsOf } from '../control/table-versions.js';
import { ServerError } from '../error.js';
import { appName, readSettings, type ServerSettings, storeSettings } from '../settings.js';
import { confirmLoss } from './confirm-loss.js';
import { table } from './table.js';

const notes = `
Nothing of this is needed to go on to a newer version: "serve", and every command that opens the database, brings the
tables up by itself. "up" does that ahead of them. "down" is for going back to an older version.`;

const downNotes = `
Each version is taken back whole or not at all, the newest first. What the version that is gone back to had no place for
is lost, so copy the database first: moorline-server backup FILE, or pg_dump. Then start the older program, because this
one brings the tables up again. On Postgres, stop the servers on other machines too.

Examples:
  moorline-server migrate down --to 0005_users_and_site           asks at the terminal
  moorline-server migrate down --to 0005_users_and_site --yes
  moorline-server migrate down --to none --yes                    no tables at all`;

/** `migrate status`, `migrate up`, `migrate down`: the versions of the database's tables. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('versions of the tables in the database')
    .addHelpText('after', notes)
    .addCommand(statusCommand())
    .addCommand(upCommand())
    .addCommand(downCommand());
}

function statusCommand(): Command {
  const command = new Command('status')
    .description('list the versions, those that are applied and those that are not; with and without a running server')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  moorline-server migrate status');
  return addSettingOptions(command, appName, storeSettings).action(async (flags: Record<string, unknown>) => {
    const settings = readSettings(flags);
    const versions = (await isServerRunning(settings.dataDir))
      ? await askServer(settings.dataDir, 'migrate-status', null)
      : await stoppedVersions(settings);
    if (flags['json'] === true) {
      answerJson(versions);
      return;
    }
    const rows = versions.map(({ version, state, appliedAt }) => [
      version,
      state,
      appliedAt === undefined ? '-' : asTime(appliedAt),
    ]);
    answer(table(['VERSION', 'STATE', 'APPLIED'], rows));
  });
}

function upCommand(): Command {
  const command = new Command('up')
    .description('bring the tables to the newest version; only while no server runs')
    .addHelpText('after', '\nExample:\n  moorline-server migrate up');
  return addSettingOptions(command, appName, storeSettings).action(async (flags: Record<string, unknown>) => {
    const settings = readSettings(flags);
    await refuseRunning(settings);
    const before = newestOf(await stoppedVersions(settings));
    const after = newestOf(await migrateTo(settings));
    remark(before === after ? `the tables are at ${after} already` : `the tables went up from ${before} to ${after}`);
  });
}

function downCommand(): Command {
  const command = new Command('down')
    .description('take the tables back to an older version; what that has no place for is lost')
    .requiredOption('--to <VERSION>', 'the newest version to keep, from "migrate status"; none = no tables at all')
    .option('--yes', 'without being asked')
    .addHelpText('after', downNotes);
  return addSettingOptions(command, appName, storeSettings).action(async (flags: DownFlags) => {
    const settings = readSettings(flags);
    await refuseRunning(settings);
    const versions = await stoppedVersions(settings);
    // Only the newer program can take its versions back: this is refused, with the reason.
    if (versions.some(({ state }) => state === 'newer')) await migrateTo(settings);
    const losing = versionsAbove(versions, flags.to);
    if (losing.length === 0) {
      remark(`the tables are at ${flags.to} already`);
      return;
    }
    if (flags.yes !== true) await confirmLoss(`Take back ${losing.join(', ')}, and lose what only they have?`);
    remark(`the tables went down from ${newestOf(versions)} to ${newestOf(await migrateTo(settings, flags.to))}`);
  });
}

interface DownFlags extends Record<string, unknown> {
  to: string;
  yes?: true;
}

/** @throws ServerError `no_database`; StoreError. */
async function stoppedVersions(settings: ServerSettings): Promise<TableVersion[]> {
  refuseMissing(settings);
  const { storeMigrations } = await import('@moorline/cc-store');
  const { storeTarget } = await import('../open-store.js');
  return versionsOf(await storeMigrations(storeTarget(settings)));
}

async function migrateTo(settings: ServerSettings, version?: string): Promise<TableVersion[]> {
  const { migrateStore } = await import('@moorline/cc-store');
  const { storeTarget } = await import('../open-store.js');
  return versionsOf(await migrateStore(storeTarget(settings), version));
}

/** What is applied above a version, the newest first. @throws ServerError `no_such_version`. */
function versionsAbove(versions: readonly TableVersion[], target: string): string[] {
  const found = versions.find(({ version }) => version === target);
  if (target !== 'none' && found === undefined) throw noSuchVersion(`there is no version "${target}"`);
  if (found?.state === 'pending') throw noSuchVersion(`the database does not have the version ${target} yet`);
  return versions
    .slice(found === undefined ? 0 : versions.indexOf(found) + 1)
    .filter(({ state }) => state === 'applied')
    .map(({ version }) => version)
    .reverse();
}

function newestOf(versions: readonly TableVersion[]): string {
  return versions.filter(({ state }) => state === 'applied').at(-1)?.version ?? 'none';
}

async function refuseRunning({ dataDir }: ServerSettings): Promise<void> {
  if (!(await isServerRunning(dataDir))) return;
  throw new ServerError(`a server runs on ${dataDir}, and has its tables in use`, {
    code: 'server_runs',
    hint: 'stop it first; "moorline-server migrate status" works meanwhile',
  });
}

const noSuchVersion = (message: string): ServerError =>
  new ServerError(message, {
    code: 'no_such_version',
    hint: 'moorline-server migrate status lists the versions; name one that is applied, or none',
  });
