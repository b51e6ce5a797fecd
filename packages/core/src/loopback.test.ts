import { describe, expect, it } from 'vitest';
import { isLoopbackHost } from './loopback.js';

describe('isLoopbackHost', () => {
  it.each(['localhost', '127.0.0.1', '127.255.255.254', '[::1]', '::1', new URL('http://127.1').hostname])(
    'knows %s',
    (host) => {
      expect(isLoopbackHost(host)).toBe(true);
    },
  );

  it.each([
    ...['', 'localhost.example.org', 'a.localhost', '127.0.0.1.example.org', 'x127.0.0.1', '127.example.org'],
    ...['0.0.0.0', '10.0.0.1', '[::]', '[::2]', '1::1', '127.0.0.1\n'],
  ])('takes %j for another machine', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});
