import { isStoreError, migrateStore, openStore, storeMigrations } from '@moorline/cc-store';
import { systemClock } from '@moorline/core';
import { chmodSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Connection } from '../src/sql/connection.js';
import { loadDriver } from '../src/sql/driver.js';
import { demoStore, epoch, everything, job, startChild, temporaryFolder } from './support.js';
import { canMount, tinyDisk } from '../../../tools/testenv/tiny-disk.js';

const file = () => join(temporaryFolder(), 'store.db');
const all = { page: 1, itemsPerPage: 1_000_000 };

describe('openStore', () => {
  it('makes the file and its directory for their owner alone', async () => {
    const path = join(temporaryFolder(), 'data', 'store.db');
    await using store = await openStore({ path });
    await store.machines.createRegistration({ nodeGroup: 'lab' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  });

  it('takes away what others may do with a file that is there', async () => {
    const path = file();
    await (await openStore({ path })).close();
    chmodSync(path, 0o644);
    await (await openStore({ path })).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is closed in time, with samples that there was no time to fold left for the next open', async () => {
    const path = file();
    // Each look at the clock is half a second later: the two seconds for the last fold end before it does.
    let looks = 0;
    const clock = { ...systemClock, monotonic: () => 500 * looks++ };
    const store = await demoStore({ path, clock });
    const hosts = Array.from({ length: 1000 }, (_, index) => `h${index}`);
    await store.backend.writeSamples(
      hosts.map((host, value) => ({ cluster: 'demo', host, metric: 'load_one', time: epoch, value })),
    );
    await store.close();
    await using again = await openStore({ path });
    expect((await again.stats()).metrics).toMatchObject({ series: 1000, journalSamples: 1000 });
    await again.compact();
    expect((await again.stats()).metrics).toMatchObject({ series: 1000, journalSamples: 0, journalBytes: 0 });
    expect(await again.check()).toMatchObject({ isSound: true });
  });

  it('refuses a file that is no database, and leaves it as it is', async () => {
    const path = file();
    const bytes = Buffer.from('this is no database '.repeat(1000));
    writeFileSync(path, bytes);
    await expect(openStore({ path })).rejects.toMatchObject({ code: 'file_corrupt', hint: expect.any(String) });
    expect(readFileSync(path)).toEqual(bytes);
  });

  it('refuses the database of another program', async () => {
    const path = file();
    const connection = new Connection(await loadDriver(), path);
    connection.exec('create table recipes (a)');
    connection.close();
    const bytes = readFileSync(path);
    await expect(openStore({ path })).rejects.toMatchObject({ code: 'file_foreign' });
    expect(readFileSync(path)).toEqual(bytes);
  });

  it('refuses a file of a newer version', async () => {
    const path = file();
    await (await openStore({ path })).close();
    const connection = new Connection(await loadDriver(), path);
    connection.run("insert into kysely_migration (name, timestamp) values ('0099_later', '2030')");
    connection.close();
    await expect(openStore({ path })).rejects.toMatchObject({
      code: 'file_newer',
      message: expect.stringContaining('0099_later'),
    });
  });

  it('refuses a directory that is a file, and one that cannot be written to', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    await expect(openStore({ path: join(folder, 'file', 'store.db') })).rejects.toMatchObject({
      code: 'directory_not_writable',
    });
    mkdirSync(join(folder, 'store.db'));
    await expect(openStore({ path: join(folder, 'store.db') })).rejects.toMatchObject({
      code: 'directory_not_writable',
    });
  });

  it('refuses a file that is open here or in another process, until that one is closed or killed', async () => {
    const path = file();
    const first = await openStore({ path });
    await expect(openStore({ path })).rejects.toMatchObject({ code: 'store_in_use', hint: expect.any(String) });
    await expect(migrateStore({ path }, 'none')).rejects.toMatchObject({ code: 'store_in_use' });
    await expect(storeMigrations({ path })).rejects.toMatchObject({ code: 'store_in_use' });
    await first.close();
    const child = startChild('store-writer', JSON.stringify({ path }));
    await child.line((line) => line.startsWith('started'));
    await expect(openStore({ path })).rejects.toMatchObject({ code: 'store_in_use' });
    child.process.kill('SIGKILL');
    await child.ended;
    await (await openStore({ path })).close();
  });
});

describe('a file', () => {
  it('finds damaged pages in a check', async () => {
    const path = file();
    const store = await demoStore({ path });
    await Promise.all(Array.from({ length: 2000 }, (_, index) => store.backend.startJob(job(index + 1))));
    await store.close();
    const pages = statSync(path).size / 4096;
    const descriptor = openSync(path, 'r+');
    for (let page = Math.floor(pages / 2); page < pages / 2 + 8; page++)
      writeSync(descriptor, Buffer.alloc(4096, 0xff), 0, 4096, page * 4096);
    await using again = await openStore({ path });
    const outcome = await again.check().catch((error: unknown) => error);
    const isFound = isStoreError(outcome)
      ? outcome.code === 'file_corrupt'
      : outcome instanceof Object && 'isSound' in outcome && !outcome.isSound;
    expect(isFound).toBe(true);
  });
});

describe.skipIf(!canMount)('a store on a full disk (needs root to mount a small tmpfs)', () => {
  it('refuses a write whole, loses nothing that was answered, and goes on when there is space', async () => {
    const { folder } = tinyDisk(2048);
    const store = await demoStore({ path: join(folder, 'store.db') });
    const answered: number[] = [];
    const metaData = { text: 'x'.repeat(2000) };
    let failure: unknown;
    for (let id = 1; failure === undefined; id++) {
      try {
        await store.backend.startJob(job(id, { metaData }));
        answered.push(id);
      } catch (error) {
        failure = error;
      }
    }
    expect(failure).toMatchObject({ code: 'disk_full', isRetryable: true, hint: expect.any(String) });
    const listed = async () =>
      (await store.backend.listJobs({}, all, everything, { metaData: false })).map(({ jobId }) => jobId).reverse();
    expect(await listed()).toEqual(answered);
    const { execFileSync } = await import('node:child_process');
    execFileSync('mount', ['-o', 'remount,size=8192k', folder]);
    await store.backend.startJob(job(999_999));
    expect(await listed()).toEqual([...answered, 999_999]);
    expect(await store.check()).toMatchObject({ isSound: true });
  });

  it('cannot be made, and says why', async () => {
    const { folder } = tinyDisk(64);
    writeFileSync(join(folder, 'filler'), Buffer.alloc(60 * 1024));
    await expect(openStore({ path: join(folder, 'store.db') })).rejects.toMatchObject({ code: 'disk_full' });
  });
});
