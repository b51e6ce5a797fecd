import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveEndpoint } from './endpoint.js';
import { isLoginError } from './login-error.js';

function refusalOf(endpoint: string, options = {}): { code: string; message: string } {
  try {
    resolveEndpoint(endpoint, options);
  } catch (error) {
    if (isLoginError(error)) return error;
    throw error;
  }
  throw new Error(`${endpoint} was accepted`);
}

describe('resolveEndpoint', () => {
  it.each([
    ['#1', 'cp.example', 'https://cp.example/api/v1/login', 'cp.example'],
    ['#1', 'https://cp.example', 'https://cp.example/api/v1/login', 'cp.example'],
    ['#1', 'https://cp.example/', 'https://cp.example/api/v1/login', 'cp.example'],
    ['#2', 'https://cp.example:8443/x?q#f', 'https://cp.example:8443/api/v1/login', 'cp.example'],
    ['#2', 'cp.example/a/b?x=1', 'https://cp.example/api/v1/login', 'cp.example'],
    ['#3', ':8443', 'https://localhost:8443/api/v1/login', 'localhost'],
    ['§2.1', ':', 'https://localhost:/api/v1/login', 'localhost'],
    ['#4', '[::1]:8443', 'https://[::1]:8443/api/v1/login', '::1'],
    ['#5', 'u:p@cp.example', 'https://cp.example/api/v1/login', 'cp.example'],
    ['§2.1', 'cp.example:', 'https://cp.example:/api/v1/login', 'cp.example'],
    ['§2.1', 'CP.Example:8443', 'https://CP.Example:8443/api/v1/login', 'CP.Example'],
    ['§2.1', 'cp.example?x', 'https://cp.example/api/v1/login', 'cp.example'],
    ['§2.1', 'bücher.example', 'https://bücher.example/api/v1/login', 'xn--bcher-kva.example'],
  ])('%s resolves %s', (_case, endpoint, url, origin) => {
    expect(resolveEndpoint(endpoint)).toEqual({ url, origin });
  });

  it.each([
    ['#6', 'cp.example:abc'],
    ['#6', 'cp.example:80:80'],
    ['#7', ' cp.example'],
    ['#7', 'cp.example '],
    ['#7', 'cp example'],
    ['§2.1', 'cp.example\n'],
    ['§2.1', '%zz'],
    ['§2.1', ''],
    ['§2.1', 'https://'],
    ['§2.1', 'https:///path'],
    ['§2.1', 'HTTPS://cp.example'],
    ['§2.1', 'ftp://cp.example'],
    ['§2.1', '::1'],
    ['§2.1', '::1:8443'],
    ['§2.1', '[::1'],
    ['§2.1', '[::1]x'],
    ['§2.1', 'cp.example:99999'],
    ['§2.1', 'cp\\example'],
    ['§2.1', 'user@'],
  ])('%s refuses %j before any network', (_case, endpoint) => {
    const { code, message } = refusalOf(endpoint);
    expect(code).toBe('bad_endpoint');
    expect(message).toMatch(/^error creating URL: /);
  });

  it('#7 says of a blank what the original says', () => {
    expect(refusalOf(' cp.example').message).toBe(
      'error creating URL: parse "https:// cp.example": invalid character " " in host name',
    );
  });

  it('#8 never turns http:// into a host and never sends plain HTTP unasked', () => {
    expect(refusalOf('http://127.0.0.1:1').code).toBe('insecure_endpoint');
    expect(refusalOf('http://127.0.0.1:1', { allowInsecureHttp: false }).code).toBe('insecure_endpoint');
  });

  it('words the refusal for whatever would have been sent, and tells where the option holds', () => {
    expect(refusalOf('http://127.0.0.1:1')).toMatchObject({
      message: 'refused plain HTTP towards "http://127.0.0.1:1"',
      hint: 'use https; the option allowInsecureHttp lets http:// through towards this machine',
    });
    expect(refusalOf('http://cp.example', { allowInsecureHttp: true })).toMatchObject({
      message: 'refused plain HTTP towards "http://cp.example"',
      hint: expect.stringContaining('towards this machine only'),
    });
  });

  it.each(['http://127.0.0.1:8080', 'http://localhost:8080/', 'http://[::1]:8080', 'http://127.9.9.9'])(
    'lets %s through with allowInsecureHttp',
    (endpoint) => {
      expect(resolveEndpoint(endpoint, { allowInsecureHttp: true }).url).toMatch(/^http:/);
    },
  );

  it.each([
    'http://cp.example',
    'http://10.0.0.1',
    'http://127.0.0.1.example',
    'http://localhost.example',
    'http://localhost@cp.example',
    'http://127.0.0.1:80@cp.example',
    'http://cp.example/@localhost',
  ])('refuses %s even with allowInsecureHttp', (endpoint) => {
    expect(refusalOf(endpoint, { allowInsecureHttp: true }).code).toBe('insecure_endpoint');
  });

  it('does not repeat user and password in its messages', () => {
    for (const endpoint of [
      'u:hunter2@cp.example:abc',
      'http://u:hunter2@cp.example',
      'https://u:hunter2@cp example',
    ]) {
      expect(refusalOf(endpoint).message).not.toContain('hunter2');
    }
  });

  it('gives a URL that a runtime accepts on the host that was written, or its own error', () => {
    const pieces = [
      'https://',
      'http://',
      'u:p@',
      'cp.example',
      '127.0.0.1',
      '[::1]',
      ':',
      '8443',
      '/',
      '?q',
      '#f',
      ' ',
      '%',
      '[',
      ']',
      '\\',
      'é',
      '.',
      '@',
      '-',
      '\n',
    ];
    const endpoint = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((some) => some.join('')),
    );
    fc.assert(
      fc.property(endpoint, (text) => {
        try {
          const { url } = resolveEndpoint(text);
          expect(new URL(url).protocol).toBe('https:');
          expect(new URL(url).pathname).toBe('/api/v1/login');
          expect(new URL(url).username).toBe('');
        } catch (error) {
          expect(isLoginError(error)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
