import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../tools/testenv/temporary-folder.js';
import { loginErrorOf } from '../../test/support/rejection.js';
import { openStateDatabase } from './state-database.js';

describe('openStateDatabase', () => {
  it('says that the file is held while another process is writing, and writes afterwards', async () => {
    const path = join(temporaryFolder(), 'gpud.state');
    await writeFile(path, '');
    const database = await openStateDatabase(path, 20);
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    const write = async () => database.write(new Map([['machine_id', 'm']]));
    const error = await loginErrorOf(write());
    expect([error.code, error.isRetryable]).toEqual(['state_busy', true]);
    other.exec('ROLLBACK');
    other.close();
    await write();
    expect(database.read()).toEqual(new Map([['machine_id', 'm']]));
    database.close();
  });

  it('reads values that are no text as their text', async () => {
    const path = join(temporaryFolder(), 'gpud.state');
    const db = new Database(path);
    db.exec(
      "CREATE TABLE gpud_metadata (key TEXT PRIMARY KEY, value); INSERT INTO gpud_metadata VALUES ('a', 5), ('b', NULL)",
    );
    db.close();
    const database = await openStateDatabase(path);
    expect(database.read()).toEqual(
      new Map([
        ['a', '5'],
        ['b', ''],
      ]),
    );
    database.close();
  });
});
