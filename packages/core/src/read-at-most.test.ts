import { describe, expect, it } from 'vitest';
import { readAtMost } from './read-at-most.js';

/** A body of pieces, that counts those which were asked for and tells whether it was given up. */
function pieces(...sizes: number[]) {
  const seen = { pulled: 0, isCancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const size = sizes[seen.pulled++];
        if (size === undefined) controller.close();
        else controller.enqueue(new Uint8Array(size).fill(seen.pulled));
      },
      cancel: () => void (seen.isCancelled = true),
    },
    { highWaterMark: 0 },
  );
  return { seen, message: { headers: new Headers(), body } };
}

describe('readAtMost', () => {
  it('joins what comes in pieces, up to the limit itself', async () => {
    expect(await readAtMost(pieces(2, 1).message, 3)).toEqual(Uint8Array.of(1, 1, 2));
    expect(await readAtMost(pieces(3).message, 3)).toEqual(Uint8Array.of(1, 1, 1));
  });

  it('reads no further than what is too long, and gives it up', async () => {
    const { seen, message } = pieces(2, 2, 2);
    expect(await readAtMost(message, 3)).toBeUndefined();
    expect(seen).toEqual({ pulled: 2, isCancelled: true });
  });

  it('reads nothing of what says that it is too long', async () => {
    const { seen, message } = pieces(1);
    message.headers.set('content-length', '4');
    expect(await readAtMost(message, 3)).toBeUndefined();
    expect(seen.pulled).toBe(0);
  });

  it('has no bytes of what has no body', async () => {
    expect(await readAtMost(new Request('http://127.0.0.1/'), 3)).toEqual(new Uint8Array());
  });

  it('fails as the body does', async () => {
    const body = new ReadableStream<Uint8Array>({ pull: () => Promise.reject(new Error('gone')) });
    await expect(readAtMost({ headers: new Headers(), body }, 3)).rejects.toThrow('gone');
  });
});
