import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import {
  isStoreError,
  openSpool,
  type Spool,
  type SpoolEntry,
  type SpoolKind,
  type SpoolOptions,
} from '@moorline/cc-store/spool';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Connection } from '../src/sql/connection.js';
import { loadDriver } from '../src/sql/driver.js';
import { temporaryFolder } from './support.js';

const spoolFile = () => join(temporaryFolder(), 'spool.db');
async function openTest(options: Partial<SpoolOptions> = {}): Promise<Spool> {
  const spool = await openSpool({ path: spoolFile(), ...options });
  onTestFinished(() => spool.close());
  return spool;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const entry = (kind: SpoolKind, text: string, orderKey?: string): SpoolEntry => ({
  kind,
  orderKey,
  body: encoder.encode(text),
});
const texts = (entries: readonly { body: Uint8Array }[]) => entries.map(({ body }) => decoder.decode(body));
const idsOf = (entries: readonly { id: number }[]) => entries.map(({ id }) => id);

/** Bytes that an entry with this text and key counts. */
const weight = (text: string, key = '') => text.length + key.length + 64;

describe('a spool', () => {
  it('makes the file and its directory for their owner alone', async () => {
    const path = join(temporaryFolder(), 'data', 'spool.db');
    await openTest({ path });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  });

  it('gives back what was appended, byte for byte, after a restart too', async () => {
    const path = spoolFile();
    const clock = createFakeClock();
    const body = Uint8Array.from({ length: 256 }, (_, index) => index);
    const first = await openTest({ path, clock });
    await first.append([
      { kind: 'job', orderKey: 'a\0b é', body },
      { kind: 'metrics', body: new Uint8Array(0) },
    ]);
    await first.close();
    const second = await openTest({ path });
    expect(await second.take(10)).toEqual([
      { id: 1, kind: 'job', orderKey: 'a\0b é', body, appendedAt: clock.now() },
      { id: 2, kind: 'metrics', body: new Uint8Array(0), appendedAt: clock.now() },
    ]);
  });

  it('takes an entry once, and again after a failed delivery', async () => {
    const spool = await openTest();
    await spool.append([entry('job', '1'), entry('job', '2')]);
    const taken = await spool.take(10);
    expect(texts(taken)).toEqual(['1', '2']);
    expect(await spool.take(10)).toEqual([]);
    spool.release(idsOf(taken).slice(1));
    expect(texts(await spool.take(10))).toEqual(['2']);
    await spool.done(idsOf(taken));
    expect(await spool.stats()).toMatchObject({ entries: 0, bytes: 0 });
  });

  it('takes of one order key only the oldest that is not delivered', async () => {
    const spool = await openTest();
    await spool.append([entry('job', 'a1', 'a'), entry('job', 'a2', 'a'), entry('job', 'b1', 'b'), entry('job', 'c1')]);
    const first = await spool.take(10);
    expect(texts(first)).toEqual(['a1', 'b1', 'c1']);
    expect(await spool.take(10)).toEqual([]);
    spool.release([1]);
    expect(texts(await spool.take(10))).toEqual(['a1']);
    await spool.done([1]);
    expect(texts(await spool.take(10))).toEqual(['a2']);
  });

  it('gives only the kinds that are asked for', async () => {
    const spool = await openTest();
    await spool.append([entry('job', 'j'), entry('metrics', 'm'), entry('node_state', 'n')]);
    expect(texts(await spool.take(10, { kinds: ['metrics', 'node_state'] }))).toEqual(['m', 'n']);
    expect(await spool.take(10, { kinds: ['metrics'] })).toEqual([]);
    expect(texts(await spool.take(10, { kinds: ['job', 'metrics'] }))).toEqual(['j']);
  });

  it('keeps a quarter of the places for what is not a job event', async () => {
    const spool = await openTest();
    await spool.append([
      ...Array.from({ length: 20 }, (_, index) => entry('job', `j${index}`)),
      ...Array.from({ length: 10 }, (_, index) => entry(index % 2 === 0 ? 'metrics' : 'node_state', `o${index}`)),
    ]);
    expect(texts(await spool.take(8))).toEqual(['j0', 'j1', 'j2', 'j3', 'j4', 'j5', 'o0', 'o1']);
    const single = [];
    for (let turn = 0; turn < 8; turn++) single.push(...texts(await spool.take(1)));
    expect(single.filter((text) => text.startsWith('o'))).toHaveLength(2);
    expect(texts(await spool.take(100))).toHaveLength(14);
  });

  it('writes a cursor together with what it speaks of', async () => {
    const spool = await openTest();
    expect(await spool.cursor('replay')).toBeUndefined();
    await spool.append([entry('job', '1')], { cursor: { name: 'replay', value: 'line 1' } });
    await spool.append([], { cursor: { name: 'replay', value: 'line 2' } });
    expect(await spool.cursor('replay')).toBe('line 2');
    expect(await spool.stats()).toMatchObject({ entries: 1 });
  });

  it('never gives a number of a counter twice, in several processes either', async () => {
    const path = spoolFile();
    const first = await openTest({ path });
    const second = await openTest({ path });
    const asked = Array.from({ length: 50 }, () => [first.nextCounter('job'), second.nextCounter('job')]).flat();
    const numbers = await Promise.all(asked);
    expect(new Set(numbers).size).toBe(100);
    expect(await first.nextCounter('other')).toBe(1);
    expect(await first.nextCounter('job')).toBe(101);
  });

  it('keeps apart what the receiver will not take, with the reason', async () => {
    const path = spoolFile();
    const logger = createRecordingLogger();
    const spool = await openTest({ path, logger });
    await spool.append([entry('job', 'bad', 'k'), entry('job', 'next', 'k')]);
    const [bad] = await spool.take(1);
    await spool.reject(bad?.id ?? 0, '400: unknown field');
    await spool.reject(99, 'nothing there');
    expect(texts(await spool.take(10))).toEqual(['next']);
    expect(await spool.stats()).toMatchObject({ entries: 1, rejected: 1, bytes: weight('next', 'k') });
    await spool.close();
    const connection = new Connection(await loadDriver(), path);
    const [row] = connection.all('select cast(body as text) as body, reason from rejected');
    expect(row).toEqual({ body: 'bad', reason: '400: unknown field' });
    connection.close();
  });

  it('refuses to be delivered by two at once', async () => {
    const path = spoolFile();
    const [first, second] = [await openTest({ path }), await openTest({ path })];
    await first.append([entry('job', '1')]);
    await first.take(1);
    await second.append([entry('job', '2')]);
    await expect(second.take(1)).rejects.toMatchObject({ code: 'spool_in_use' });
    expect(texts(await first.take(10))).toEqual(['2']);
    await first.close();
    expect(texts(await second.take(10))).toEqual(['1', '2']);
  });

  it('refuses everything after it was closed, and what makes no sense', async () => {
    const spool = await openTest();
    await expect(spool.take(0)).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(openSpool({ path: spoolFile(), maxBytes: -1 })).rejects.toMatchObject({ code: 'invalid_argument' });
    await spool.close();
    await spool.close();
    for (const call of [spool.append([entry('job', '1')]), spool.take(1), spool.stats(), spool.nextCounter('x')]) {
      await expect(call).rejects.toSatisfy((error) => isStoreError(error) && error.code === 'spool_closed');
    }
  });

  it('tells how long its oldest entry has waited', async () => {
    const clock = createFakeClock();
    const spool = await openTest({ clock });
    expect('oldest' in (await spool.stats())).toBe(false);
    await spool.append([entry('metrics', '1')]);
    const at = clock.now();
    await clock.advance(5000);
    await spool.append([entry('job', '2')]);
    expect(await spool.stats()).toMatchObject({ oldest: at, entriesByKind: { job: 1, node_state: 0, metrics: 1 } });
  });
});

describe('a full spool', () => {
  const maxBytes = 10 * weight('metric-00');

  it('drops the oldest metrics, counts them, and says so', async () => {
    const logger = createRecordingLogger();
    const spool = await openTest({ maxBytes, logger });
    for (let index = 10; index < 25; index++) await spool.append([entry('metrics', `metric-${index}`)]);
    expect(texts(await spool.take(100))).toEqual(Array.from({ length: 10 }, (_, index) => `metric-${index + 15}`));
    expect(await spool.stats()).toMatchObject({
      entries: 10,
      bytes: maxBytes,
      dropped: 5,
      droppedBytes: 5 * weight('metric-00'),
    });
    expect(logger.records).toHaveLength(5);
  });

  it('never drops a job event, and drops node states only after metrics', async () => {
    const spool = await openTest({ maxBytes });
    await spool.append([
      entry('node_state', 'state-old'),
      ...Array.from({ length: 9 }, () => entry('metrics', 'metric-00')),
    ]);
    for (let index = 10; index < 30; index++) await spool.append([entry('job', `jobevent${index}`.slice(0, 9))]);
    expect(await spool.stats()).toMatchObject({ entriesByKind: { job: 20, node_state: 0, metrics: 0 }, dropped: 10 });
    await spool.append([entry('metrics', 'metric-99')]);
    expect(await spool.stats()).toMatchObject({ entriesByKind: { job: 20, node_state: 0, metrics: 0 }, dropped: 11 });
  });

  it('leaves alone what is being delivered', async () => {
    const spool = await openTest({ maxBytes });
    await spool.append(Array.from({ length: 10 }, (_, index) => entry('metrics', `metric-1${index}`)));
    const [inFlight] = await spool.take(1);
    await spool.append([entry('metrics', 'metric-20')]);
    spool.release([inFlight?.id ?? 0]);
    expect(texts(await spool.take(2))).toEqual(['metric-10', 'metric-12']);
  });
});

describe('a damaged record', () => {
  it('is set aside, counted and logged, and the rest goes on', async () => {
    const path = spoolFile();
    const first = await openTest({ path });
    await first.append([
      entry('job', 'good 1', 'a'),
      entry('job', 'bad', 'b'),
      entry('job', 'good 2', 'b'),
      entry('metrics', 'm'),
    ]);
    await first.close();
    const connection = new Connection(await loadDriver(), path);
    connection.run("update entry set body = cast('worse' as blob) where id = 2");
    connection.run('update entry set kind = 1 where id = 4');
    connection.close();
    const logger = createRecordingLogger();
    const second = await openTest({ path, logger });
    expect(texts(await second.take(10))).toEqual(['good 1']);
    expect(texts(await second.take(10))).toEqual(['good 2']);
    expect(await second.stats()).toMatchObject({ entries: 2, corrupt: 2 });
    expect(logger.records).toMatchObject([2, 4].map((id) => ({ level: 'error', fields: { id } })));
  });
});
