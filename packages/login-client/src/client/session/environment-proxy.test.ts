import { describe, expect, it } from 'vitest';
import { environmentProxy } from './environment-proxy.js';

const proxy = 'http://proxy.example:3128';
const through = (hostname: string, noProxy: string, port = 443) =>
  environmentProxy({ hostname, port }, { HTTPS_PROXY: proxy, NO_PROXY: noProxy }) === proxy;

describe('environmentProxy', () => {
  it('takes the variables in either case, and goes directly without them', () => {
    const target = { hostname: 'cp.example', port: 443 };
    expect(environmentProxy(target, {})).toBeUndefined();
    expect(environmentProxy(target, { HTTP_PROXY: proxy })).toBeUndefined();
    expect(environmentProxy(target, { https_proxy: proxy })).toBe(proxy);
    expect(environmentProxy(target, { https_proxy: proxy, no_proxy: 'cp.example' })).toBeUndefined();
  });

  it('#27 never sends loopback through a proxy', () => {
    for (const hostname of ['localhost', '127.0.0.1', '127.9.9.9', '[::1]', '::1']) {
      expect(through(hostname, ''), hostname).toBe(false);
    }
  });

  it.each([
    ['cp.example', '*', false],
    ['cp.example', 'cp.example', false],
    ['CP.example', 'cp.EXAMPLE', false],
    ['a.cp.example', 'cp.example', false],
    ['notcp.example', 'cp.example', true],
    ['cp.example', '.cp.example', true],
    ['a.cp.example', '.cp.example', false],
    ['a.cp.example', '*.cp.example', false],
    ['cp.example', 'other.example, cp.example', false],
    ['cp.example', 'cp.example:443', false],
    ['cp.example', 'cp.example:8443', true],
    ['10.1.2.3', '10.0.0.0/8', false],
    ['11.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/99', true],
    ['10.1.2.3', '10.1.2.3', false],
    ['[fd00::7]', 'fd00::/8', false],
    ['[fd00::7]', '[fd00::7]:443', false],
    ['cp.example', '10.0.0.0/8', true],
    ['cp.example', ' , ', true],
  ])('%s with NO_PROXY=%s goes through it: %s', (hostname, noProxy, expected) => {
    expect(through(hostname, noProxy)).toBe(expected);
  });
});
