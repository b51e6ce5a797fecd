import { expect, it } from 'vitest';
import { AnswerMemo } from './answer-memo.js';

it('makes an answer once, also for those who ask while it is made', async () => {
  const memo = new AnswerMemo();
  let made = 0;
  const ask = () => memo.answer('question', 25, async () => ++made);
  expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
  memo.forget();
  expect(await ask()).toBe(2);
});

it('keeps no failure', async () => {
  const memo = new AnswerMemo();
  const failing = () => memo.answer('question', 1, () => Promise.reject(new Error('no')));
  await expect(failing()).rejects.toThrow('no');
  expect(await memo.answer('question', 1, async () => 'yes')).toBe('yes');
});

it('does not let what was asked before a write come back after it', async () => {
  const memo = new AnswerMemo();
  let finish = (_: string): void => undefined;
  const before = memo.answer('question', 1, () => new Promise<string>((resolve) => (finish = resolve)));
  memo.forget();
  expect(await memo.answer('question', 1, async () => 'new')).toBe('new');
  finish('old');
  expect(await before).toBe('old');
  expect(await memo.answer('question', 1, async () => 'newer')).toBe('new');
});

it('holds a bounded number of jobs, and no long answer', async () => {
  const memo = new AnswerMemo();
  let made = 0;
  const ask = (name: string, jobs: number) => memo.answer(name, jobs, async () => ++made);
  for (let index = 0; index < 20; index++) await ask(`page ${index}`, 100);
  expect(await ask('page 0', 100)).toBe(1);
  // One more than there is room for.
  await ask('page 20', 100);
  expect(await ask('page 0', 100)).toBe(22);
  expect([await ask('long', 201), await ask('long', 201)]).toEqual([23, 24]);
});
