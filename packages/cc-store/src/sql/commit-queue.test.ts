import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { StoreError } from '../errors.js';
import { CommitQueue, type CommitStats } from './commit-queue.js';
import { Connection } from './connection.js';
import { loadDriver } from './driver.js';
import { toStoreError } from './driver-errors.js';

let folder: string;
let connection: Connection;
let queue: CommitQueue;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'moorline-queue-'));
  connection = new Connection(await loadDriver(), join(folder, 'x.db'));
  connection.pragma('journal_mode = WAL');
  connection.exec('create table t (a integer unique)');
  queue = new CommitQueue(connection, { now: () => performance.now() });
});
afterEach(async () => {
  await queue.close();
  connection.close();
  rmSync(folder, { recursive: true, force: true });
});

const insert = (value: number) => queue.write(() => connection.run('insert into t values (?)', [value]));
const stored = () => connection.all('select a from t order by a').map((row) => row['a']);

describe('CommitQueue', () => {
  it('puts what one turn brings into one transaction', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, index) => insert(index)));
    expect(queue.stats).toMatchObject({ commits: 1, writes: 50 });
    expect(stored()).toHaveLength(50);
  });

  it('goes on gathering while turns bring more, for one fsync instead of two', async () => {
    const first = [insert(1), insert(2)];
    const third = nextTurn().then(() => insert(3));
    await Promise.all([...first, third]);
    expect(queue.stats).toMatchObject({ commits: 1, writes: 3 });
  });

  it('goes on gathering when a queued write took more along', async () => {
    const first = insert(1);
    queue.joined();
    const second = nextTurn().then(() => insert(2));
    await Promise.all([first, second]);
    expect(queue.stats).toMatchObject({ commits: 1, writes: 2 });
  });

  it('does not hold up a write that comes alone', async () => {
    const first = insert(1);
    const second = nextTurn().then(() => insert(2));
    await Promise.all([first, second]);
    expect(queue.stats).toMatchObject({ commits: 2, writes: 2 });
  });

  it('commits although more comes with every turn', async () => {
    let group: CommitStats | undefined;
    const first = insert(0).then(() => (group = queue.stats));
    let later = 0;
    const others: Promise<unknown>[] = [];
    for (; group === undefined; await nextTurn()) others.push(insert(++later));
    expect(group).toMatchObject({ commits: 1 });
    expect(group.writes).toBeLessThan(10);
    await Promise.all([first, ...others]);
    expect(stored()).toHaveLength(later + 1);
  });

  it('takes back only the write that throws', async () => {
    const failing = queue.write(async () => {
      connection.run('insert into t values (100)');
      await Promise.resolve();
      throw new Error('changed my mind');
    });
    const answers = await Promise.allSettled([insert(1), failing, insert(2), insert(1)]);
    expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    expect(stored()).toEqual([1, 2]);
  });

  it('lets the others pass when one meets a row that cannot be read', async () => {
    const unreadable = queue.write(() => {
      connection.run('insert into t values (100)');
      throw new StoreError('row 7 cannot be read', { code: 'file_corrupt' });
    });
    const answers = await Promise.allSettled([insert(1), unreadable, insert(2)]);
    expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(stored()).toEqual([1, 2]);
  });

  it('keeps nothing of a group that meets damage of the file', async () => {
    const damaged = queue.write(() => {
      const cause = Object.assign(new Error('database disk image is malformed'), { code: 'SQLITE_CORRUPT' });
      throw toStoreError(cause, 'reading', 'x.db');
    });
    const answers = await Promise.allSettled([insert(1), damaged, insert(2)]);
    expect(answers.map((answer) => answer.status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(stored()).toEqual([]);
    await insert(3);
    expect(stored()).toEqual([3]);
  });

  it('leaves the event loop to others while it commits', async () => {
    // Without a write-ahead log a commit waits for readers, and this one goes away by a turn of the event loop only.
    connection.pragma('journal_mode = DELETE');
    const reader = new Connection(await loadDriver(), join(folder, 'x.db'));
    onTestFinished(() => reader.close());
    reader.exec('begin');
    reader.all('select a from t');
    let readerLeft = Promise.resolve();
    connection.commit = ((commit) => () => {
      readerLeft = nextTurn().then(() => reader.exec('commit'));
      return commit.call(connection);
    })(connection.commit);
    await insert(7);
    await readerLeft;
    expect(stored()).toEqual([7]);
  });

  it('answers nothing before the commit', async () => {
    const other = new Connection(await loadDriver(), join(folder, 'x.db'));
    await insert(7);
    expect(other.all('select a from t')).toEqual([{ a: 7 }]);
    other.close();
  });

  it('tells every write of a group when its commit fails, and goes on afterwards', async () => {
    connection.exec('pragma foreign_keys = on');
    connection.exec('create table child (p integer references t (a) deferrable initially deferred)');
    const orphan = queue.write(() => connection.run('insert into child values (99)'));
    const answers = await Promise.allSettled([insert(1), orphan]);
    expect(answers.map((answer) => answer.status)).toEqual(['rejected', 'rejected']);
    expect(stored()).toEqual([]);
    await insert(3);
    expect(stored()).toEqual([3]);
  });

  it('finishes what is queued when it closes, and refuses what comes later', async () => {
    const writes = [insert(1), insert(2)];
    await queue.close();
    await Promise.all(writes);
    expect(stored()).toEqual([1, 2]);
    await expect(insert(3)).rejects.toMatchObject({ code: 'store_closed' });
  });

  it('keeps the order in which writes came', async () => {
    const seen: number[] = [];
    await Promise.all(Array.from({ length: 1200 }, (_, index) => queue.write(() => seen.push(index))));
    expect(seen).toEqual(Array.from({ length: 1200 }, (_, index) => index));
  });

  it('runs writes of a kind together', async () => {
    const calls: (readonly number[])[] = [];
    const together = async (items: readonly number[]) => {
      calls.push(items);
      for (const item of items) connection.run('insert into t values (?)', [item]);
      return items.map((item) => item * 10);
    };
    const insertTogether = (item: number) => queue.write({ together, item }, [`t ${item}`]);
    expect(await Promise.all([1, 2, 3].map(insertTogether))).toEqual([10, 20, 30]);
    expect(calls).toEqual([[1, 2, 3]]);
    // The second of 4 fails, and takes along no other.
    const answers = await Promise.allSettled([4, 5, 4, 6].map(insertTogether));
    expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(calls.slice(1)).toEqual([[4, 5, 4, 6], [4], [5], [4], [6]]);
    expect(stored()).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
