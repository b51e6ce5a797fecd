import { openStore, type Store } from '@moorline/cc-store';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canMount, tinyDisk } from '../../../tools/testenv/tiny-disk.js';
import { demoStore, epoch, everything, job, startChild, temporaryFolder } from './support.js';

async function jobIds({ backend }: Store): Promise<Set<number>> {
  const page = { page: 1, itemsPerPage: 1_000_000 };
  return new Set((await backend.listJobs({}, page, everything, { metaData: false })).map(({ jobId }) => jobId));
}

const unfinished = (folder: string) => readdirSync(folder).filter((name) => name.includes('.unfinished-'));

describe('a backup', () => {
  it('is a whole store with all that was answered before, made while others write', async () => {
    const folder = temporaryFolder();
    const store = await demoStore({ path: join(folder, 'store.db'), compactAfterMs: 20 });
    const answered: number[] = [];
    const write = async (jobId: number): Promise<void> => {
      const metaData = { text: 'x'.repeat(2000) };
      await store.backend.startJob(job(jobId, { startTime: epoch + jobId * 60, metaData }));
      const time = epoch + jobId * 60;
      await store.backend.writeSamples([{ cluster: 'demo', host: 'n01', metric: 'load_one', time, value: jobId }]);
      answered.push(jobId);
    };
    await store.backend.users.create({
      username: 'alice',
      name: '',
      email: '',
      roles: null,
      projects: null,
      authType: 0,
      authSource: 0,
    });
    await Promise.all(Array.from({ length: 500 }, (_, index) => write(index + 1)));
    let isOver = false;
    const writers = Array.from({ length: 8 }, async (_, index) => {
      for (let jobId = 501 + index; !isOver; jobId += 8) await write(jobId);
    });
    const known = [...answered];
    const path = join(folder, "operator's backup.db");
    const { bytes } = await store.backup(path);
    isOver = true;
    await Promise.all(writers);

    expect(statSync(path)).toMatchObject({ size: bytes });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(unfinished(folder)).toEqual([]);
    await using copy = await openStore({ path });
    expect(await copy.check()).toMatchObject({ isSound: true, faults: [], users: 1 });
    const ids = await jobIds(copy);
    expect(known.filter((jobId) => !ids.has(jobId))).toEqual([]);
    const first = await copy.backend.getJob(1, everything);
    if (first === undefined) throw new Error('it is among those that were answered');
    const whole = { ...first, jobState: 'completed' as const, startTime: epoch, duration: 60 * 1000 };
    const [load] = await copy.backend.jobMetrics(whole, ['load_one'], ['node']);
    expect(load?.metric.series[0]?.data.slice(0, 500)).toEqual(known.slice(0, 500).sort((a, b) => a - b));
    // The one that it was made of goes on.
    await write(1_000_000);
    expect(await store.check()).toMatchObject({ isSound: true });
  });

  it('replaces nothing', async () => {
    const folder = temporaryFolder();
    const store = await demoStore({ path: join(folder, 'store.db') });
    const path = join(folder, 'backup.db');
    writeFileSync(path, 'precious');
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link.db'));
    for (const name of ['backup.db', 'link.db', 'store.db']) {
      await expect(store.backup(join(folder, name))).rejects.toMatchObject({
        code: 'file_exists',
        hint: expect.any(String),
      });
    }
    expect(readFileSync(path, 'utf8')).toBe('precious');
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
    expect(unfinished(folder)).toEqual([]);
  });

  it('is one of two that are made to one name at once', async () => {
    const folder = temporaryFolder();
    const store = await demoStore({ path: join(folder, 'store.db') });
    const path = join(folder, 'backup.db');
    const outcomes = await Promise.allSettled([store.backup(path), store.backup(path)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'file_exists' } });
    await using copy = await openStore({ path });
    expect(await copy.check()).toMatchObject({ isSound: true });
  });

  it('is not made where nothing can be written, and leaves nothing', async () => {
    const folder = temporaryFolder();
    const store = await demoStore({ path: join(folder, 'store.db') });
    await expect(store.backup(join(folder, 'missing', 'backup.db'))).rejects.toMatchObject({
      code: 'directory_not_writable',
    });
    expect(existsSync(join(folder, 'missing'))).toBe(false);
  });

  it('is finished before the store closes, and not begun after', async () => {
    const folder = temporaryFolder();
    const store = await demoStore({ path: join(folder, 'store.db') });
    await store.backend.startJob(job(1));
    const order: string[] = [];
    const path = join(folder, 'backup.db');
    const backup = store.backup(path).then(() => order.push('backup'));
    await store.close().then(() => order.push('close'));
    await backup;
    expect(order).toEqual(['backup', 'close']);
    await expect(store.backup(join(folder, 'late.db'))).rejects.toMatchObject({ code: 'store_closed' });
    await using copy = await openStore({ path });
    expect(await jobIds(copy)).toEqual(new Set([1]));
  });

  it('has no name before it is whole, and a killed one is in no other one’s way', async () => {
    const folder = temporaryFolder();
    const target = temporaryFolder();
    const path = join(target, 'backup.db');
    const child = startChild('store-backup', join(folder, 'store.db'), path);
    expect(await child.ended).toBe('SIGKILL');
    const left = readdirSync(target);
    expect(left).not.toEqual([]);
    expect(left).toEqual(unfinished(target));
    await using store = await openStore({ path: join(folder, 'store.db') });
    await store.backup(path);
    await using copy = await openStore({ path });
    expect(await copy.check()).toMatchObject({ isSound: true, jobs: 1000 });
  });
});

describe.skipIf(!canMount)('a backup to a full disk (needs root to mount a small tmpfs)', () => {
  it('is not made, leaves nothing, and the store goes on', async () => {
    const { folder } = tinyDisk(256);
    const store = await demoStore();
    const metaData = { text: 'x'.repeat(2000) };
    await Promise.all(Array.from({ length: 500 }, (_, index) => store.backend.startJob(job(index, { metaData }))));
    await expect(store.backup(join(folder, 'backup.db'))).rejects.toMatchObject({
      code: 'disk_full',
      isRetryable: true,
    });
    expect(readdirSync(folder)).toEqual([]);
    expect(await store.backend.startJob(job(1000))).toMatchObject({ outcome: 'started' });
  });
});
