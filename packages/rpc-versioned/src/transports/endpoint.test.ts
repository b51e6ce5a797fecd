import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../../../../tools/testenv/shared.js';
import { isRpcError } from '../wire/rpc-error.js';
import { resolveEndpoint } from './endpoint.js';

const any = { allowInsecureHttp: 'any' } as const;
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    if (isRpcError(error)) return error.code;
    throw error;
  }
};

describe('resolveEndpoint', () => {
  it.each([
    ['ws://h/p', 'ws://h/p/v11/daemon', 'http://h/p/v6/events'],
    ['http://h/p', 'ws://h/p/v11/daemon', 'http://h/p/v6/events'],
    ['wss://h/p', 'wss://h/p/v11/daemon', 'https://h/p/v6/events'],
    ['https://h/x/', 'wss://h/x/v11/daemon', 'https://h/x/v6/events'],
    ['https://h:8443//x/./y/../z//?q=1', 'wss://h:8443/x/z/v11/daemon', 'https://h:8443/x/z/v6/events'],
    ['HTTPS://h', 'wss://h/v11/daemon', 'https://h/v6/events'],
    [
      'https://[2001:db8::1]:9/a%20b',
      'wss://[2001:db8::1]:9/a%20b/v11/daemon',
      'https://[2001:db8::1]:9/a%20b/v6/events',
    ],
    ['ws://h#f', 'ws://h/v11/daemon#f', 'http://h/v6/events#f'],
  ])('conformance 2: joins %s and changes only its scheme', (text, daemon, events) => {
    const endpoint = resolveEndpoint(text, any);
    expect([endpoint.daemonUrl().href, endpoint.eventsUrl().href]).toEqual([daemon, events]);
  });

  it('conformance 1: has a path for every version', () => {
    const endpoint = resolveEndpoint('http://127.0.0.1:1/api/flux', { allowInsecureHttp: true });
    expect(endpoint.daemonUrl(10).href).toBe('ws://127.0.0.1:1/api/flux/v10/daemon');
    expect(endpoint.daemonUrl(6).href).toBe('ws://127.0.0.1:1/api/flux/v6/daemon');
  });

  it.each(['mailto:x', 'ftp://h', 'h/api', '//h', '', 'http://', 'https://u:p@h/api', 'https://:p@h'])(
    'conformance 3: refuses %j',
    (text) => {
      expect(codeOf(() => resolveEndpoint(text, any))).toBe('bad_endpoint');
    },
  );

  it('shows no password', () => {
    expect(() => resolveEndpoint('https://user:hunter2@h')).toThrow(expect.not.stringContaining('hunter2'));
  });

  it('lets plain connections through where the option says so, and nowhere else', () => {
    for (const url of ['http://h', 'ws://10.0.0.1', 'ws://localhost.example']) {
      expect(codeOf(() => resolveEndpoint(url))).toBe('insecure_endpoint');
      expect(codeOf(() => resolveEndpoint(url, { allowInsecureHttp: true }))).toBe('insecure_endpoint');
      expect(codeOf(() => resolveEndpoint(url, any))).toBeUndefined();
    }
    for (const url of ['http://localhost', 'ws://127.0.0.1:3', 'ws://[::1]/x']) {
      expect(codeOf(() => resolveEndpoint(url))).toBe('insecure_endpoint');
      expect(codeOf(() => resolveEndpoint(url, { allowInsecureHttp: true }))).toBeUndefined();
    }
  });
});

const shared = sharedFolder();

describe.skipIf(shared === undefined)('captured URLs', () => {
  /** `ENDPOINT ROUTE URL <nil>`, as the original printed them. */
  const lines = shared === undefined ? [] : readUrls(join(shared, 'vectors/rpc-versioned/upgrade-status.txt'));

  it.each(lines)('$route of "$endpoint"', ({ endpoint, route, url }) => {
    // What the original joins without looking, it refuses before it dials: an unknown scheme, and user information.
    const isRefused = !/^(?:https?|wss?):/i.test(endpoint) || endpoint.includes('@');
    if (isRefused) {
      expect(codeOf(() => resolveEndpoint(endpoint, any))).toBe('bad_endpoint');
      return;
    }
    const resolved = resolveEndpoint(endpoint, any);
    const { href } = route === 'LogEvent' ? resolved.eventsUrl() : resolved.daemonUrl(route.endsWith('11') ? 11 : 6);
    // Its routes keep the scheme that was configured, and a host's capitals.
    const afterScheme = (text: string): string => text.slice(text.indexOf(':')).replace('//H/', '//h/');
    expect(afterScheme(href)).toBe(afterScheme(url));
  });

  it('are there', () => expect(lines.length).toBeGreaterThan(20));
});

function readUrls(file: string): { endpoint: string; route: string; url: string }[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, endpoint, route, url] = /^(\S*) (RegisterDaemonV\d+|LogEvent) (\S+) <nil>$/.exec(line) ?? [];
      return endpoint === undefined || route === undefined || url === undefined ? [] : [{ endpoint, route, url }];
    });
}
