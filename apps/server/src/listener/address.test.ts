import { describe, expect, it } from 'vitest';
import { baseUrl, isLoopback, loopbackOf, refuseInsecure } from './address.js';

describe('where the server may listen', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('%s is this machine alone', (host) => {
    expect(isLoopback(host)).toBe(true);
    expect(() => refuseInsecure(host, false)).not.toThrow();
  });

  it.each(['0.0.0.0', '::', '192.168.0.1', 'cp.example', '128.0.0.1', '::ffff:10.0.0.1', 'localhost.example'])(
    '%s is refused without TLS, unless it is allowed',
    (host) => {
      expect(() => refuseInsecure(host, false)).toThrowError(
        expect.objectContaining({ code: 'insecure_listen', hint: expect.stringContaining('--allow-insecure-http') }),
      );
      expect(() => refuseInsecure(host, true)).not.toThrow();
    },
  );

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
    ['192.168.0.1', undefined],
  ])('on %s this machine reaches it at %s', (host, own) => expect(loopbackOf(host)).toBe(own));

  it('puts IPv6 addresses in brackets', () => {
    expect(baseUrl('::1', 80)).toBe('http://[::1]:80');
    expect(baseUrl('127.0.0.1', 8080)).toBe('http://127.0.0.1:8080');
  });
});
