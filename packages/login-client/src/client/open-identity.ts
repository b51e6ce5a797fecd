import { join } from 'node:path';
import { LoginError } from '../wire/login-error.js';
import { canonicalNodeLabels } from '../wire/node-labels.js';
import { metadataKeys, stateFileName } from '../wire/state-schema.js';
import { prepareStateFile, stateFileExists } from './data-directory.js';
import { type Identity, type IdentityChanges, identityFromRows } from './identity.js';
import { openStateDatabase, type SessionState } from './state-database.js';

/** Options of {@link openIdentity}. */
export interface OpenIdentityOptions {
  /** Whether an absent state file is made. Default true; false throws `identity_missing` instead. */
  create?: boolean | undefined;
}

/** Options of {@link IdentityFile.write}. */
export interface WriteIdentityOptions {
  /** Forgets everything else that was stored. Default false. */
  replace?: boolean | undefined;
  /** Told after each row, still inside the transaction; what it throws undoes all. */
  onRecorded?: ((key: string) => void) | undefined;
}

/** The state file of a data directory: `gpud.state`, which a real GPUd reads and writes too. */
export interface IdentityFile {
  readonly path: string;
  /** Reads afresh: other processes may have written. Undefined before the first login. */
  read(): Identity | undefined;
  /** Changes all of the given members or none. */
  write(changes: IdentityChanges, options?: WriteIdentityOptions): void;
  /** Forgets the identity. */
  clear(): void;
  /** Adds to what became of this machine's sessions; the ten newest are kept. */
  recordSession(state: SessionState): void;
  /** What became of this machine's last sessions, newest first. */
  sessionStates(): SessionState[];
  /** Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens the identity kept in a data directory, made with mode 0700 (its files 0600) where it is new.
 *
 * @throws LoginError `data_dir_unusable`, `identity_missing`, `sqlite_missing`, `state_corrupt`, `state_foreign`,
 *   `state_busy` or `state_failed`; none of them changes an existing file's content.
 */
export async function openIdentity(dataDir: string, options: OpenIdentityOptions = {}): Promise<IdentityFile> {
  if (dataDir === '') {
    throw new LoginError('failed to resolve data dir: no directory given', {
      code: 'data_dir_unusable',
      hint: 'give the path of a directory; gpudDataDir() tells that of a GPUd on this machine',
    });
  }
  const path = join(dataDir, stateFileName);
  if (options.create === false && !(await stateFileExists(path))) {
    throw new LoginError(`no identity in ${dataDir}`, { code: 'identity_missing', hint: 'log in first' });
  }
  await prepareStateFile(path);
  const database = await openStateDatabase(path);
  let isOpen = true;
  const close = (): Promise<void> => {
    if (isOpen) {
      isOpen = false;
      database.close();
    }
    return Promise.resolve();
  };
  return {
    path,
    read: () => identityFromRows(database.read()),
    write: (changes, { replace, onRecorded } = {}) => database.write(rowsFromChanges(changes), { replace, onRecorded }),
    clear: () => database.write(new Map(), { replace: true }),
    recordSession: (state) => database.recordSession(state),
    sessionStates: () => database.sessionStates(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The order of the original. */
function rowsFromChanges(changes: IdentityChanges): Map<string, string | null> {
  const { nodeLabels, loggedInAt } = changes;
  const rows: [string, string | null | undefined][] = [
    [metadataKeys.endpoint, changes.endpoint],
    [metadataKeys.machineId, changes.machineId],
    [metadataKeys.sessionToken, changes.sessionToken],
    [metadataKeys.machineProof, changes.machineProof],
    [metadataKeys.publicIp, changes.publicIp],
    [metadataKeys.privateIp, changes.privateIp],
    [metadataKeys.nodeLabels, nodeLabels && canonicalNodeLabels(nodeLabels)],
    [metadataKeys.loggedInAt, typeof loggedInAt === 'number' ? String(Math.floor(loggedInAt / 1000)) : loggedInAt],
  ];
  return new Map(rows.filter((row): row is [string, string | null] => row[1] !== undefined));
}
