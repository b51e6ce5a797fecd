import { execFileSync } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../tools/testenv/temporary-folder.js';
import { loginErrorOf } from '../../test/support/rejection.js';
import { openIdentity } from './open-identity.js';

const mode = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

function queryAll(path: string, sql: string): unknown[] {
  const db = new Database(path);
  try {
    return db.prepare(sql).raw().all();
  } finally {
    db.close();
  }
}

describe('openIdentity', () => {
  it('#32 makes directory and file for the owner alone, with both tables as the original has them', async () => {
    const dataDir = join(temporaryFolder(), 'a', 'b');
    const file = await openIdentity(dataDir);
    file.write({ machineId: 'm-0017', sessionToken: 'sess-2Q8k' });
    expect(await mode(dataDir)).toBe('700');
    for (const name of await readdir(dataDir)) expect([name, await mode(join(dataDir, name))]).toEqual([name, '600']);
    await file.close();
    const sql = 'SELECT sql FROM sqlite_master ORDER BY name';
    expect(queryAll(file.path, sql)).toEqual([
      ['CREATE TABLE gpud_metadata (\n\tkey TEXT PRIMARY KEY,\n\tvalue TEXT\n) WITHOUT ROWID'],
      ['CREATE TABLE session_states (\n\ttimestamp INTEGER NOT NULL,\n\tsuccess INTEGER NOT NULL,\n\tmessage TEXT\n)'],
    ]);
    expect(queryAll(file.path, 'PRAGMA journal_mode')).toEqual([['wal']]);
    expect(queryAll(file.path, 'PRAGMA user_version')).toEqual([[0]]);
    expect(queryAll(file.path, 'PRAGMA page_size')).toEqual([[4096]]);
    expect(queryAll(file.path, 'PRAGMA encoding')).toEqual([['UTF-8']]);
  });

  it.skipIf(process.getuid?.() !== 0)('reads on a full disk (needs root: it mounts a small one)', async () => {
    const made = await openIdentity(temporaryFolder());
    made.write({ machineId: 'm-0017', sessionToken: 'sess-2Q8k' });
    await made.close();
    const dataDir = temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'moorline-test', dataDir]);
    try {
      // A copy, as the driver still holds the file that was made, and with it its index.
      await copyFile(made.path, join(dataDir, 'gpud.state'));
      execFileSync('sh', ['-c', 'head -c 1000000 /dev/zero > fill || true'], { cwd: dataDir, stdio: 'ignore' });
      const file = await openIdentity(dataDir, { create: false });
      expect(file.read()).toMatchObject({ machineId: 'm-0017', sessionToken: 'sess-2Q8k' });
      expect(() => file.write({ publicIp: '192.0.2.1' })).toThrow(expect.objectContaining({ code: 'state_failed' }));
      await file.close();
    } finally {
      execFileSync('umount', ['--lazy', dataDir]);
    }
  });

  it('keeps every member, and answers the queries of the original', async () => {
    const dataDir = temporaryFolder();
    const file = await openIdentity(dataDir);
    const identity = {
      machineId: 'm-0017',
      endpoint: '127.0.0.1:8443',
      publicIp: '203.0.113.24',
      privateIp: '10.40.2.17',
      nodeLabels: { 'user.node.lepton.ai/team': 'ml', 'user.node.lepton.ai/rack': 'r42' },
      loggedInAt: 1_700_000_000_000,
    };
    file.write({ ...identity, sessionToken: 'sess-2Q8k', machineProof: 'mp-91xz' });
    await file.close();
    expect(queryAll(file.path, 'SELECT key, value FROM gpud_metadata ORDER BY key')).toEqual([
      ['control_plane_login_success', '1700000000'],
      ['endpoint', '127.0.0.1:8443'],
      ['last_sent_node_labels', '{"user.node.lepton.ai/rack":"r42","user.node.lepton.ai/team":"ml"}'],
      ['machine_id', 'm-0017'],
      ['machine_proof', 'mp-91xz'],
      ['private_ip', '10.40.2.17'],
      ['public_ip', '203.0.113.24'],
      ['token', 'sess-2Q8k'],
    ]);
    const again = await openIdentity(dataDir);
    const read = again.read();
    expect(read).toEqual(identity);
    expect([read?.sessionToken, read?.machineProof]).toEqual(['sess-2Q8k', 'mp-91xz']);
    await again.close();
  });

  it('shows no secret of an identity unless it is asked for by name', async () => {
    const file = await openIdentity(temporaryFolder());
    file.write({ machineId: 'm', sessionToken: 'sess-2Q8k', machineProof: 'mp-91xz' });
    const identity = file.read();
    expect(`${JSON.stringify(identity)} ${inspect(identity)} ${JSON.stringify({ ...identity })}`).not.toMatch(
      /sess|mp-/,
    );
    expect(identity?.sessionToken).toBe('sess-2Q8k');
    await file.close();
  });

  it('changes only what it is given, removes on null, and sets again what was removed', async () => {
    const file = await openIdentity(temporaryFolder());
    file.write({ machineId: 'm', sessionToken: 'one', publicIp: '203.0.113.24' });
    file.write({ publicIp: null });
    expect(file.read()).toEqual({ machineId: 'm' });
    file.write({ publicIp: '203.0.113.25', sessionToken: 'two' });
    expect(file.read()?.publicIp).toBe('203.0.113.25');
    expect(file.read()?.sessionToken).toBe('two');
    file.clear();
    expect(file.read()).toBeUndefined();
    await file.close();
  });

  it('changes nothing when a change fails half-way', async () => {
    const file = await openIdentity(temporaryFolder());
    file.write({ machineId: 'm', sessionToken: 'one' });
    const failing = () => {
      file.write(
        { machineId: 'other', sessionToken: 'two' },
        {
          replace: true,
          onRecorded: (key) => {
            if (key === 'machine_id') throw new Error('power cut');
          },
        },
      );
    };
    expect(failing).toThrow('power cut');
    expect([file.read()?.machineId, file.read()?.sessionToken]).toEqual(['m', 'one']);
    await file.close();
  });

  it('makes nothing where told not to', async () => {
    const dataDir = join(temporaryFolder(), 'none');
    const error = await loginErrorOf(openIdentity(dataDir, { create: false }));
    expect(error.code).toBe('identity_missing');
    await expect(stat(dataDir)).rejects.toThrow('ENOENT');
  });

  it('refuses a corrupt file and leaves it as it is', async () => {
    const dataDir = temporaryFolder();
    const content = 'this is no database, although it is long enough to be one. '.repeat(40);
    await writeFile(join(dataDir, 'gpud.state'), content);
    const error = await loginErrorOf(openIdentity(dataDir));
    expect(error.code).toBe('state_corrupt');
    expect(error.hint).toContain('nothing was changed');
    expect(await readFile(join(dataDir, 'gpud.state'), 'utf8')).toBe(content);
  });

  it('refuses a file that was damaged inside', async () => {
    const dataDir = temporaryFolder();
    const file = await openIdentity(dataDir);
    file.write({ machineId: 'm-0017' });
    await file.close();
    const bytes = await readFile(file.path);
    bytes.fill(0xa5, 100);
    await writeFile(file.path, bytes);
    expect((await loginErrorOf(openIdentity(dataDir))).code).toBe('state_corrupt');
    expect(await readFile(file.path)).toEqual(bytes);
  });

  it.each([
    ['another program', 'CREATE TABLE songs (title TEXT)'],
    ['a table of that name but another shape', 'CREATE TABLE gpud_metadata (id INTEGER, json TEXT)'],
  ])('refuses the database of %s and leaves it as it is', async (_what, sql) => {
    const dataDir = temporaryFolder();
    const path = join(dataDir, 'gpud.state');
    const db = new Database(path);
    db.exec(sql);
    db.close();
    const before = await readFile(path);
    const error = await loginErrorOf(openIdentity(dataDir));
    expect(error.code).toBe('state_foreign');
    expect(await readFile(path)).toEqual(before);
  });

  it('takes the state file of a daemon that has tables but never logged in', async () => {
    const dataDir = temporaryFolder();
    const db = new Database(join(dataDir, 'gpud.state'));
    db.exec('CREATE TABLE gpud_metrics_v0_5 (a TEXT)');
    db.close();
    const file = await openIdentity(dataDir);
    expect(file.read()).toBeUndefined();
    await file.close();
  });

  it('keeps the files of a directory that others could read to the owner, and leaves the directory alone', async () => {
    const dataDir = temporaryFolder();
    const path = join(dataDir, 'gpud.state');
    await chmod(dataDir, 0o755);
    await writeFile(path, '', { mode: 0o644 });
    await (await openIdentity(dataDir)).close();
    expect([await mode(dataDir), await mode(path)]).toEqual(['755', '600']);
  });

  it.each(['', '/proc/nowhere', '/dev/null/x'])('#47 refuses the data directory %j', async (dataDir) => {
    expect((await loginErrorOf(openIdentity(dataDir))).code).toBe('data_dir_unusable');
  });

  it('#47 refuses a state file that is a directory', async () => {
    const dataDir = temporaryFolder();
    await mkdir(join(dataDir, 'gpud.state'));
    expect((await loginErrorOf(openIdentity(dataDir))).code).toBe('data_dir_unusable');
  });

  it('opens directories with characters that mean something in URIs', async () => {
    const dataDir = join(temporaryFolder(), 'a?b#c%20d');
    const file = await openIdentity(dataDir);
    file.write({ machineId: 'm' });
    await file.close();
    expect((await readdir(dataDir)).includes('gpud.state')).toBe(true);
  });

  it('closes more than once, and by itself at the end of a block', async () => {
    const file = await openIdentity(temporaryFolder());
    await file.close();
    await file[Symbol.asyncDispose]();
  });

  it('keeps what became of the ten newest sessions, as the original stores it', async () => {
    const file = await openIdentity(temporaryFolder());
    for (let second = 1; second <= 12; second++) {
      file.recordSession({ at: second * 1000 + 999, success: second === 1, message: `HTTP 401: ${second}` });
    }
    const states = file.sessionStates();
    await file.close();
    expect(states.map(({ at }) => at / 1000)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    expect(states[0]).toEqual({ at: 12_000, success: false, message: 'HTTP 401: 12' });
    expect(queryAll(file.path, 'SELECT * FROM session_states WHERE timestamp = 12')).toEqual([[12, 0, 'HTTP 401: 12']]);
  });
});
