import { describe, expect, it } from 'vitest';
import { CookieJar } from './cookie-jar.js';

function jarWith(...headers: string[]): CookieJar {
  const jar = new CookieJar();
  jar.store(headers, '/healthz');
  return jar;
}

describe('CookieJar', () => {
  it('#66 gives what the probe was given to the streams', () => {
    expect(jarWith('sticky=abc').header('/api/v1/session')).toBe('sticky=abc');
    expect(jarWith('a=1; HttpOnly; Secure', 'b="x=y"; Path=/').header('/api/v1/session')).toBe('a=1; b="x=y"');
  });

  it('heeds paths', () => {
    const jar = jarWith('a=1; Path=/api', 'b=2; Path=/apis', 'c=3; path=/api/v1/session');
    expect(jar.header('/api/v1/session')).toBe('a=1; c=3');
    expect(jar.header('/healthz')).toBe('');
  });

  it('drops what has ended and takes no nameless ones', () => {
    const jar = jarWith('a=1', '=2', 'lonely');
    jar.store(['a=; Max-Age=0'], '/healthz');
    expect(jar.header('/')).toBe('');
  });
});
