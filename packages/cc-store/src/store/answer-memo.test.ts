import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { AnswerMemo } from './answer-memo.js';

const sizeOf = ({ size }: { size: number }): number => size;

it('makes an answer once, also for those who ask while it is made', async () => {
  const memo = new AnswerMemo<number>(() => 1, 100);
  let made = 0;
  const ask = () => memo.answer('question', async () => ++made);
  expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
  memo.forget();
  expect(await ask()).toBe(2);
});

it('keeps no failure', async () => {
  const memo = new AnswerMemo<string>(() => 1, 100);
  const failing = () => memo.answer('question', () => Promise.reject(new Error('no')));
  await expect(failing()).rejects.toThrow('no');
  expect(await memo.answer('question', async () => 'yes')).toBe('yes');
});

it('does not let what was asked before a write come back after it', async () => {
  const memo = new AnswerMemo<string>(() => 1, 100);
  let finish = (_: string): void => undefined;
  const before = memo.answer('question', () => new Promise<string>((resolve) => (finish = resolve)));
  memo.forget();
  expect(await memo.answer('question', async () => 'new')).toBe('new');
  finish('old');
  expect(await before).toBe('old');
  expect(await memo.answer('question', async () => 'newer')).toBe('new');
});

it('lets go of the oldest answers where all are larger than it may hold, and keeps no large one', async () => {
  const memo = new AnswerMemo(sizeOf, 100);
  let made = 0;
  const ask = async (name: string, size = 10) => {
    const before = made;
    await memo.answer(name, async () => ({ size, made: ++made }));
    return made === before ? 'kept' : 'made';
  };
  for (let index = 0; index < 10; index++) await ask(`page ${index}`);
  expect(await ask('page 0')).toBe('kept');
  // One more than there is room for.
  await ask('page 10');
  expect([await ask('page 1'), await ask('page 9'), await ask('page 10')]).toEqual(['kept', 'kept', 'kept']);
  expect(await ask('page 0')).toBe('made');
  expect([await ask('large', 11), await ask('large', 11)]).toEqual(['made', 'made']);
  expect(await ask('page 10')).toBe('kept');
});

it('counts anew once it has forgotten', async () => {
  const memo = new AnswerMemo(sizeOf, 100);
  let finish = (): void => undefined;
  const late = memo.answer('late', () => new Promise((resolve) => (finish = () => resolve({ size: 10 }))));
  for (let index = 0; index < 9; index++) await memo.answer(`before ${index}`, async () => ({ size: 10 }));
  memo.forget();
  finish();
  await late;
  let made = 0;
  const ask = (index: number) => memo.answer(`after ${index}`, async () => ({ size: 10, made: ++made }));
  for (let index = 0; index < 10; index++) await ask(index);
  for (let index = 0; index < 10; index++) await ask(index);
  expect(made).toBe(10);
});

it('leaves what it has forgotten to short collections', async () => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new TypeError('no collection can be asked for');
  const memo = new AnswerMemo(({ length }: Uint8Array) => length, 10 * megabyte);
  const keepOne = () => memo.answer('question', async () => new Uint8Array(megabyte));
  const { arrayBuffers: before } = process.memoryUsage();
  await keepOne();
  // What has outlived two of them is old, this one answer too.
  for (let count = 0; count < 2; count++) collect({ type: 'minor' });
  for (let round = 0; round < 50; round++) {
    memo.forget();
    await keepOne();
    collect({ type: 'minor' });
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * megabyte);
});

const megabyte = 2 ** 20;
