/** Appending, and taking with done, 100 entries at a time, against bare inserts and deletes of the same bytes with the same durability. */
import { measure, report } from '../../../tools/bench/harness.js';
import { openSpool, type SpoolEntry } from '@moorline/cc-store/spool';
import { loadDriver } from '../src/sql/driver.js';
import { pathOf } from './support.js';

const atOnce = 100;
const body = new TextEncoder().encode(`job,cluster=demo event="${'x'.repeat(500)}" 1700000000000000000`);
const spool = await openSpool({ path: pathOf('spool.db'), maxBytes: 2 ** 40 });
const bare = new (await loadDriver())(pathOf('bare.db'), { timeout: 5000 });
bare.exec(
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; create table entry (id integer primary key, key text, body blob)',
);
const insert = bare.prepare('insert into entry (key, body) values (?, ?)');
const select = bare.prepare('select id, key, body from entry order by id limit ?');
const remove = bare.prepare('delete from entry where id = ?');

let next = 0;
const append = (): Promise<void> =>
  spool.append(Array.from({ length: atOnce }, (): SpoolEntry => ({ kind: 'job', orderKey: `job-${next++}`, body })));
const bareAppend = (): void => {
  bare.exec('BEGIN IMMEDIATE');
  for (let index = 0; index < atOnce; index++) insert.run([`job-${next++}`, body]);
  bare.exec('COMMIT');
};
const deliver = async (): Promise<void> => {
  const taken = await spool.take(atOnce);
  if (taken.length !== atOnce) throw new Error('the spool ran empty');
  await spool.done(taken.map(({ id }) => id));
};
const bareDeliver = (): void => {
  const rows = select.all([atOnce]) as { id: number }[];
  if (rows.length !== atOnce) throw new Error('the table ran empty');
  bare.exec('BEGIN IMMEDIATE');
  for (const { id } of rows) remove.run([id]);
  bare.exec('COMMIT');
};

const peer = 'bare libsql, same bytes and fsync';
const appended = await measure({ spool: append, bare: bareAppend }, { calls: 100, rounds: 5 });
report({
  name: 'spool, append',
  unit: 'entries/s',
  ours: appended.spool.perSecond * atOnce,
  peer: { name: peer, value: appended.bare.perSecond * atOnce },
  goal: '≥ 0.3 ×',
});
const delivered = await measure({ spool: deliver, bare: bareDeliver }, { calls: 60, rounds: 5, warmUpMs: 1 });
report({
  name: 'spool, take and done',
  unit: 'entries/s',
  ours: delivered.spool.perSecond * atOnce,
  peer: { name: peer, value: delivered.bare.perSecond * atOnce },
  goal: '≥ 0.3 ×',
});
await spool.close();
bare.close();
