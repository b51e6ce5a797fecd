import { describe, expect, it } from 'vitest';
import { isAtLeast, parseAgentVersion } from './agent-version.js';
import { checkMethod, methodFacts, type SessionProtocol } from './method-gate.js';
import type { SessionMethod } from './methods.js';

describe('versions of agents', () => {
  it('are ordered as semantic versions are', () => {
    const inOrder = [
      'v0.9.0',
      'v0.12.9',
      'v0.12.24',
      'v0.13.0-alpha.3',
      '0.13.0-alpha.4',
      'v0.13.0-alpha.10',
      'v0.13.0-alpha.x',
      'v0.13.0-rc.0',
      'v0.13.0',
      'v1.0.0',
    ];
    const versions = inOrder.map((text) => parseAgentVersion(text) ?? expect.unreachable(text));
    for (const [a, older] of versions.entries()) {
      for (const [b, newer] of versions.entries())
        expect(isAtLeast(newer, older), `${inOrder[b]} ${inOrder[a]}`).toBe(b >= a);
    }
  });

  it.each(['', 'dev', '0.0.1+unknown', 'v1.2', undefined])('are not read from %s', (text) => {
    expect(parseAgentVersion(text)).toBeUndefined();
  });
});

describe('what an agent may be asked', () => {
  const isAllowed = (method: SessionMethod, protocol: SessionProtocol, version?: string): boolean => {
    try {
      checkMethod(method, protocol, version);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'unsupported_method', details: { method, protocol } });
      return false;
    }
  };

  it.each([
    ['states', 'v1', 'v0.9.0', true],
    ['states', 'v2', undefined, true],
    ['getToken', 'v1', 'v0.9.0', false],
    ['getToken', 'v1', 'v0.10.0', true],
    ['getToken', 'v1', undefined, true],
    ['getToken', 'v2', 'v0.13.0', false],
    ['diagnostic', 'v1', 'v0.11.8', false],
    ['diagnostic', 'v2', undefined, true],
    ['kapMTLSStatus', 'v1', 'v0.12.8', false],
    ['nodeCredentials', 'v2', 'v0.12.24', false],
    ['nodeCredentials', 'v2', 'v0.13.0-rc.0', true],
    ['nodeCredentials', 'v1', '0.0.1+unknown', true],
  ] as const)('#71 %s over %s by agent %s: %s', (method, protocol, version, allowed) => {
    expect(isAllowed(method, protocol, version)).toBe(allowed);
  });

  it('#71 over version 2 without a known version is what the oldest agent of it knows', () => {
    const refused = (Object.keys(methodFacts) as SessionMethod[]).filter((method) => !isAllowed(method, 'v2'));
    expect(refused).toEqual(['getToken', 'deregisterComponent', 'getPluginSpecs', 'delete', 'nodeCredentials']);
  });
});
