import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dataDirPath, isAppError } from '@moorline/app-kit';
import { ServerError } from '../error.js';
import { databaseName, isStoreInFile, type ServerSettings } from '../settings.js';
import { askServer } from './ask-server.js';
import type { ControlAnswer, ControlInput } from './protocol.js';
import type { StoreCommand } from './store-work.js';

/** Whoever carries out the store's commands. */
export interface OpenWork extends AsyncDisposable {
  ask<C extends StoreCommand>(command: C, input: ControlInput<C>): Promise<ControlAnswer<C>>;
}

/**
 * The running server, or, where none runs, this process on the server's store.
 *
 * @throws ServerError `no_database`; what opening the store throws.
 */
export async function openWork(settings: ServerSettings): Promise<OpenWork> {
  const { dataDir } = settings;
  if (await isServerRunning(dataDir)) {
    return {
      ask: (command, input) => askServer(dataDir, command, input),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
  refuseMissing(settings);
  return openHere(settings);
}

/** Whether a server uses the data directory. @throws AppError `control_failed`. */
export function isServerRunning(dataDir: string): Promise<boolean> {
  return askServer(dataDir, 'status', null).then(
    () => true,
    (error: unknown) => {
      if (isAppError(error) && error.code === 'not_running') return false;
      throw error;
    },
  );
}

/** Loaded here, so that the commands of a running server start without all of it. */
async function openHere(settings: ServerSettings): Promise<OpenWork> {
  const { openServerStore } = await import('../open-store.js');
  const { createStoreWork } = await import('./store-work.js');
  const { carryOut } = await import('./control-handlers.js');
  const { createBcryptHasher } = await import('@moorline/cc-api/bcrypt');
  const store = await openServerStore(settings);
  const passwords = createBcryptHasher();
  const work = createStoreWork({ store, users: store.backend.users, hashPassword: (text) => passwords.hash(text) });
  return {
    ask: (command, input) => carryOut(work, command, input),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

/** Commands other than `init` make no database. @throws ServerError `no_database`. */
export function refuseMissing(settings: ServerSettings): void {
  const database = join(dataDirPath(settings.dataDir), databaseName);
  if (!isStoreInFile(settings) || existsSync(database)) return;
  throw new ServerError(`there is no database ${database}`, {
    code: 'no_database',
    hint: 'name the data directory with --data-dir, or make one with "moorline-server init"',
  });
}
