import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { withJoinedSignals } from './join-signals.js';

const reasonOf = (signal: AbortSignal | undefined) =>
  new Promise((resolve) => {
    if (signal?.aborted === true) resolve(signal.reason);
    else signal?.addEventListener('abort', () => resolve(signal.reason), { once: true });
  });

describe('withJoinedSignals', () => {
  it('aborts with the reason of whichever is first', async () => {
    const [client, call] = [new AbortController(), new AbortController()];
    const reason = withJoinedSignals([client.signal, undefined, call.signal], reasonOf);
    call.abort('enough');
    client.abort('closed');
    expect(await reason).toBe('enough');
  });

  it('is aborted from the start where one is', async () => {
    const { signal } = new AbortController();
    expect(await withJoinedSignals([signal, AbortSignal.abort('before')], reasonOf)).toBe('before');
  });

  it('leaves no listener behind, whether the work succeeds or fails', async () => {
    const [client, call] = [new AbortController(), new AbortController()];
    const listeners = () => [client, call].map(({ signal }) => getEventListeners(signal, 'abort').length);
    const answer = await withJoinedSignals([client.signal, call.signal], () => Promise.resolve(listeners()));
    expect([answer, listeners()]).toEqual([
      [1, 1],
      [0, 0],
    ]);
    const failed = withJoinedSignals([client.signal, call.signal], () => Promise.reject(new Error('no')));
    await expect(failed).rejects.toThrow('no');
    expect(listeners()).toEqual([0, 0]);
  });

  it('hands on the only one there is, or none', async () => {
    const { signal } = new AbortController();
    expect(await withJoinedSignals([undefined, signal], (joined) => Promise.resolve(joined === signal))).toBe(true);
    expect(await withJoinedSignals([undefined], (joined) => Promise.resolve(joined))).toBeUndefined();
  });
});
