import { describe, expect, it } from 'vitest';
import { LoginError } from '../../wire/login-error.js';
import { reconnectDelay } from './reconnect-delay.js';

const almostOne = (): number => 1 - 2 ** -20;
const told = (retryAfterMs: number) => new LoginError('busy', { code: 'transport', details: { retryAfterMs } });

describe('reconnectDelay', () => {
  it('doubles its bound from three seconds up to a minute', () => {
    const bounds = [0, 1, 2, 3, 4, 5, 50].map((attempts) =>
      Math.ceil(reconnectDelay(attempts, undefined, almostOne) / 1000),
    );
    expect(bounds).toEqual([3, 6, 12, 24, 48, 60, 60]);
    expect(reconnectDelay(9, undefined, () => 0)).toBe(100);
  });

  it('stays away as long as the control plane asks, and up to five seconds more', () => {
    expect(reconnectDelay(0, told(6000), () => 0)).toBe(6000);
    expect(Math.ceil(reconnectDelay(0, told(6000), almostOne))).toBe(11_000);
    expect(Math.ceil(reconnectDelay(5, told(6000), almostOne))).toBe(60_000);
    expect(reconnectDelay(0, told(0), () => 0.5)).toBe(1500);
  });
});
