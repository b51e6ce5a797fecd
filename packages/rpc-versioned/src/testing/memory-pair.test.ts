import { expect, it } from 'vitest';
import { createMemoryPair, type MemoryStream } from './memory-pair.js';

/** What arrives at an end, as text, and how it ended. */
function listen(stream: MemoryStream): { texts: string[]; ended: Promise<Error | undefined> } {
  const texts: string[] = [];
  const ended = new Promise<Error | undefined>((resolve) => {
    stream.open({ data: (chunk) => texts.push(new TextDecoder().decode(chunk)), end: resolve });
  });
  return { texts, ended };
}

it('delivers in order, and a close as a clean end at both ends', async () => {
  const [a, b] = createMemoryPair();
  a.send('one\n');
  a.send('two\n');
  const [atA, atB] = [listen(a), listen(b)];
  a.close();
  a.close();
  expect([await atA.ended, await atB.ended, atB.texts, a.sent]).toEqual([
    undefined,
    undefined,
    ['one\n', 'two\n'],
    ['one\n', 'two\n'],
  ]);
});

it('delivers in the given split, and a failure at the peer alone', async () => {
  const [a, b] = createMemoryPair({ split: (message) => [message.subarray(0, 1), message.subarray(1)] });
  const [atA, atB] = [listen(a), listen(b)];
  a.send('abc');
  const lost = new Error('lost');
  a.fail(lost);
  expect([await atB.ended, await atA.ended, atB.texts]).toEqual([lost, undefined, ['a', 'bc']]);
});

it('holds back while paused, and reports what is sent after the end', async () => {
  const [a, b] = createMemoryPair();
  const { texts, ended } = listen(b);
  b.pause();
  await new Promise<void>((resolve, reject) => a.send('x', (error) => (error ? reject(error) : resolve())));
  expect(texts).toEqual([]);
  b.resume();
  a.close();
  await ended;
  expect(texts).toEqual(['x']);
  await expect(
    new Promise<void>((resolve, reject) => b.send('y', (error) => (error ? reject(error) : resolve()))),
  ).rejects.toThrow('the stream has ended');
});
