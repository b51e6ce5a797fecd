import { createRecordingLogger } from '@moorline/core/testing';
import { openSpool, type SetAsideEntry, type SpoolEntry } from '@moorline/cc-store/spool';
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Connection } from '../src/sql/connection.js';
import { loadDriver } from '../src/sql/driver.js';
import { startChild, temporaryFolder } from './support.js';
import { canMount, tinyDisk } from '../../../tools/testenv/tiny-disk.js';

const spoolFile = () => join(temporaryFolder(), 'spool.db');
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const job = (text: string, orderKey?: string): SpoolEntry => ({ kind: 'job', orderKey, body: encoder.encode(text) });
const number = (index: number) => `job ${String(index).padStart(6, '0')} ${'x'.repeat(200)}`;

/** Overwrites whole pages of a file in its middle. */
function damage(path: string, fromShare: number, pages: number): void {
  const total = statSync(path).size / 4096;
  const descriptor = openSync(path, 'r+');
  const first = Math.max(1, Math.floor(total * fromShare));
  for (let page = first; page < first + pages; page++)
    writeSync(descriptor, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
}

async function filled(path: string, count: number): Promise<void> {
  const spool = await openSpool({ path });
  for (let index = 0; index < count; index += 100) {
    await spool.append(Array.from({ length: 100 }, (_, offset) => job(number(index + offset), `k${index + offset}`)));
  }
  await spool.append([], { cursor: { name: 'replay', value: 'here' } });
  for (let count = 0; count < 5; count++) await spool.nextCounter('job');
  await spool.close();
}

const corruptFiles = (path: string) =>
  readdirSync(dirname(path)).filter((name) => name.includes('.corrupt-') && !/-(?:wal|shm)$/.test(name));

describe('a corrupt spool', () => {
  it.each([0.15, 0.4, 0.6, 0.8])('loses what was on the damaged pages alone (at %s of the file)', async (share) => {
    const path = spoolFile();
    await filled(path, 2000);
    damage(path, share, 3);
    const { size } = statSync(path);
    const logger = createRecordingLogger();
    await using spool = await openSpool({ path, logger });
    const { entries } = await spool.stats();
    expect(entries).toBeGreaterThan(1500);
    const [aside = ''] = corruptFiles(path);
    expect(statSync(join(dirname(path), aside)).size).toBe(size);
    expect(logger.records).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: expect.stringContaining(aside),
        fields: expect.objectContaining({ entries }),
      }),
    );
    // What is left is whole, in order, and nothing new takes the place of something old.
    const taken = (await spool.take(5000)).map(({ body }) => decoder.decode(body));
    expect(taken).toHaveLength(entries);
    expect(taken).toEqual([...taken].sort());
    for (const text of taken) expect(text).toBe(number(Number(text.slice(4, 10))));
    expect(await spool.nextCounter('job')).toBeGreaterThan(5);
    await spool.append([job('new')]);
    expect((await spool.take(1)).map(({ id }) => id)[0]).toBeGreaterThan(entries);
  });

  it('of which nothing can be read is kept under another name, and a fresh one begins', async () => {
    const path = spoolFile();
    const garbage = Buffer.from('garbage '.repeat(4096));
    writeFileSync(path, garbage);
    const logger = createRecordingLogger();
    await using spool = await openSpool({ path, logger });
    expect(await spool.stats()).toMatchObject({ entries: 0 });
    expect(corruptFiles(path).map((name) => readFileSync(join(dirname(path), name)))).toEqual([garbage]);
    expect(logger.records.filter(({ level }) => level === 'error').length).toBeGreaterThan(0);
    // Ids made from a counter must not come again: it goes on beyond anything it can have reached.
    expect(await spool.nextCounter('job')).toBeGreaterThan(10_000_000);
    await spool.append([job('new')]);
    expect(await spool.take(1)).toHaveLength(1);
  });

  it('is found while it is open, too, and the work goes on', async () => {
    const path = spoolFile();
    await filled(path, 2000);
    const logger = createRecordingLogger();
    await using spool = await openSpool({ path, logger });
    damage(path, 0.3, 60);
    for (let round = 0; round < 40; round++) {
      const taken = await spool.take(100);
      if (taken.length === 0) break;
      await spool.done(taken.map(({ id }) => id));
    }
    await spool.append([job('after')]);
    expect((await spool.take(10)).map(({ body }) => decoder.decode(body))).toEqual(['after']);
    expect(corruptFiles(path)).toHaveLength(1);
  });

  it('that was cut short keeps what is before the cut', async () => {
    const path = spoolFile();
    await filled(path, 1000);
    truncateSync(path, Math.floor(statSync(path).size / 2 / 4096) * 4096);
    await using spool = await openSpool({ path });
    expect((await spool.stats()).entries).toBeGreaterThanOrEqual(0);
    expect(corruptFiles(path)).toHaveLength(1);
    await spool.append([job('new')]);
  });

  it('that is another program’s database, or a newer one, is refused and left alone', async () => {
    const driver = await loadDriver();
    const foreign = spoolFile();
    const recipes = new Connection(driver, foreign);
    recipes.exec('create table recipes (a)');
    recipes.close();
    await expect(openSpool({ path: foreign })).rejects.toMatchObject({ code: 'file_foreign' });
    const newer = spoolFile();
    await filled(newer, 100);
    const connection = new Connection(driver, newer);
    connection.exec('pragma user_version = 99');
    connection.close();
    await expect(openSpool({ path: newer })).rejects.toMatchObject({ code: 'file_newer' });
    expect([...corruptFiles(foreign), ...corruptFiles(newer)]).toEqual([]);
  });
});

describe('a damaged entry', () => {
  const edit = async (path: string, sql: string) => {
    const connection = new Connection(await loadDriver(), path);
    connection.exec(sql);
    connection.close();
  };

  it('is set aside with its key told, and what the owner says is appended in its place', async () => {
    const path = spoolFile();
    const first = await openSpool({ path });
    await first.append([job('a1', 'a'), job('a2', 'a'), job('b1', 'b')]);
    await first.close();
    await edit(path, "update entry set body = x'00ff' where id in (1, 3)");
    const logger = createRecordingLogger();
    const told: SetAsideEntry[] = [];
    const onSetAside = (entry: SetAsideEntry) => {
      told.push(entry);
      return entry.orderKey === 'b' ? job('instead of b1', 'b') : undefined;
    };
    await using spool = await openSpool({ path, logger, onSetAside });
    expect(await spool.take(10)).toEqual([]);
    expect((await spool.take(10)).map(({ body }) => decoder.decode(body))).toEqual(['a2', 'instead of b1']);
    expect(told).toEqual([
      { id: 1, kind: 'job', orderKey: 'a', followers: 1 },
      { id: 3, kind: 'job', orderKey: 'b', followers: 0 },
    ]);
    expect(await spool.stats()).toMatchObject({ entries: 2, corrupt: 2 });
    expect(logger.text()).toContain(
      `entry 1 of the spool (job, key "a") is damaged and was set aside; look at it with: sqlite3 ${path} "select * from corrupt where id = 1"`,
    );
  });

  it('may be damaged in any column', async () => {
    const path = spoolFile();
    const first = await openSpool({ path });
    await first.append([job('1', 'a'), job('2', 'b'), job('3', 'c'), job('4', 'd')]);
    await first.close();
    await edit(
      path,
      "update entry set order_key = 'text' where id = 1; update entry set body = 'text' where id = 2; update entry set checksum = 'text' where id = 3; update entry set appended_at = 'text' where id = 4",
    );
    await using spool = await openSpool({ path });
    expect((await spool.take(10)).map(({ id, appendedAt }) => [id, appendedAt])).toEqual([[4, 0]]);
    expect(await spool.stats()).toMatchObject({ entries: 1, corrupt: 3 });
  });

  it.each(["'text'", '-5', '1.5', "x'00'"])('counter (%s) goes on behind the floor', async (value) => {
    const path = spoolFile();
    const first = await openSpool({ path });
    for (let count = 0; count < 5; count++) await first.nextCounter('job', { floor: 1000 });
    await first.close();
    await edit(path, `update counter set value = ${value}`);
    await using spool = await openSpool({ path });
    expect(await spool.nextCounter('job', { floor: 2000 })).toBe(2001);
    expect(await spool.nextCounter('job', { floor: 3000 })).toBe(2002);
    await expect(spool.nextCounter('job', { floor: -1 })).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});

describe('kill -9', () => {
  it('loses nothing that was appended and brings nothing back that was done', async () => {
    const path = spoolFile();
    const appended = new Set<string>();
    const done = new Set<string>();
    const delivering = new Set<string>();
    const counters = new Set<string>();
    for (let round = 0; round < 4; round++) {
      const appender = startChild('spool-appender', path, `r${round}`);
      const deliverer = startChild('spool-deliverer', path);
      await appender.line(() => appender.lines.length > 40 + round * 130);
      await deliverer.line(() => deliverer.lines.length > 10 + round * 50);
      (round % 2 === 0 ? appender : deliverer).process.kill('SIGKILL');
      (round % 2 === 0 ? deliverer : appender).process.kill('SIGKILL');
      await Promise.all([appender.ended, deliverer.ended]);
      for (const line of appender.lines) {
        const [what = '', value = ''] = line.split(' ');
        if (what === 'appended') expect(appended).not.toContain(value);
        if (what === 'counter') expect(counters).not.toContain(value);
        (what === 'appended' ? appended : counters).add(value);
      }
      for (const line of deliverer.lines) {
        const [what, value = ''] = line.split(' ');
        (what === 'done' ? done : delivering).add(value);
      }
      const cursors = [...appender.lines].filter((line) => line.startsWith('appended'));
      await using spool = await openSpool({ path });
      const last = cursors.at(-1)?.split(' ')[1] ?? '';
      const cursor = await spool.cursor('place');
      // The cursor names the last answered append, or the one whose answer was cut off.
      expect(Number(cursor?.split('-')[1])).toBeGreaterThanOrEqual(Number(last.split('-')[1]));
      expect(corruptFiles(path)).toEqual([]);
    }
    await using spool = await openSpool({ path });
    const left = new Set<string>();
    const orders = new Map<string, number>();
    for (;;) {
      const taken = await spool.take(500);
      if (taken.length === 0) break;
      for (const { body } of taken) {
        const text = decoder.decode(body);
        left.add(text);
        const [round = '', index] = text.split('-');
        const key = `${round}-${Number(index) % 5}`;
        expect(Number(index)).toBeGreaterThan(orders.get(key) ?? -1);
        orders.set(key, Number(index));
      }
      await spool.done(taken.map(({ id }) => id));
    }
    // Gone without being done is only what was in flight when the deliverer was killed.
    expect([...appended].filter((text) => !left.has(text) && !delivering.has(text))).toEqual([]);
    expect([...done].filter((text) => left.has(text))).toEqual([]);
  });
});

describe.skipIf(!canMount)('a spool on a full disk (needs root to mount a small tmpfs)', () => {
  it('refuses an append whole, can be emptied, and takes more afterwards', async () => {
    const path = join(tinyDisk(4096).folder, 'spool.db');
    await using spool = await openSpool({ path });
    const appended: string[] = [];
    let failure: unknown;
    for (let index = 0; failure === undefined; index++) {
      const pair = [job(`${number(index)} a`), job(`${number(index)} b`)];
      try {
        await spool.append(pair, { cursor: { name: 'place', value: String(index) } });
        appended.push(...pair.map(({ body }) => decoder.decode(body)));
      } catch (error) {
        failure = error;
      }
    }
    expect(failure).toMatchObject({ code: 'spool_disk_full', isRetryable: true, hint: expect.any(String) });
    expect(await spool.cursor('place')).toBe(String(appended.length / 2 - 1));
    expect(await spool.stats()).toMatchObject({ entries: appended.length });

    const delivered: string[] = [];
    for (;;) {
      const taken = await spool.take(64);
      if (taken.length === 0) break;
      delivered.push(...taken.map(({ body }) => decoder.decode(body)));
      await spool.done(taken.map(({ id }) => id));
    }
    expect(delivered).toEqual(appended);
    await spool.append([job('there is space again')]);
    expect(await spool.stats()).toMatchObject({ entries: 1 });
  });

  it('opens again on the full disk with everything in it', async () => {
    const { folder } = tinyDisk(4096);
    const path = join(folder, 'spool.db');
    let appended = 0;
    const first = await openSpool({ path });
    const fill = async () => {
      for (;;) {
        await first.append([job(number(appended))]);
        appended += 1;
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: 'spool_disk_full' });
    await first.close();
    await using second = await openSpool({ path });
    expect(await second.stats()).toMatchObject({ entries: appended });
    const [taken] = await second.take(1);
    await second.done([taken?.id ?? 0]);
    expect(await second.stats()).toMatchObject({ entries: appended - 1 });
  });

  it('still takes job events when other programs have filled the disk, and gives metrics up for them in the end', async () => {
    const { folder } = tinyDisk(4096);
    await using spool = await openSpool({ path: join(folder, 'spool.db') });
    const metrics: SpoolEntry = { kind: 'metrics', body: encoder.encode('m'.repeat(4000)) };
    for (let index = 0; index < 300; index++) await spool.append([metrics]);
    fillUp(folder);
    await expect(spool.append(Array.from({ length: 100 }, () => metrics))).rejects.toMatchObject({
      code: 'spool_disk_full',
    });
    // More than the reserve holds: after it the metrics give way.
    const jobs = 2500;
    for (let index = 0; index < jobs; index++) await spool.append([job(number(index))]);
    expect(await spool.stats()).toMatchObject({ entriesByKind: { job: jobs } });
    const { dropped } = await spool.stats();
    expect(dropped).toBeGreaterThan(0);
    expect(dropped).toBeLessThan(300);
    const delivered: string[] = [];
    for (let taken = await spool.take(64); taken.length > 0; taken = await spool.take(64)) {
      delivered.push(...taken.filter(({ kind }) => kind === 'job').map(({ body }) => decoder.decode(body)));
      await spool.done(taken.map(({ id }) => id));
    }
    expect(delivered).toEqual(Array.from({ length: jobs }, (_, index) => number(index)));
  });
});

/** Takes every byte that is left. */
function fillUp(folder: string): void {
  const descriptor = openSync(join(folder, 'filler'), 'w');
  try {
    for (;;) writeSync(descriptor, Buffer.alloc(4096, 1));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(descriptor);
  }
}
