import { describe, expect, it } from 'vitest';
import { compareVersions, countVersions } from './versions.js';

describe('compareVersions', () => {
  it('orders as semantic versions do', () => {
    const ordered = [undefined, '0.9.0', '0.10.0-alpha', '0.10.0-alpha.2', '0.10.0-beta', '0.10.0', '0.10.1', '1.0.0'];
    expect([...ordered].reverse().sort(compareVersions)).toEqual([...ordered.slice(1), undefined]);
    for (const [index, one] of ordered.entries()) {
      for (const [at, other] of ordered.entries()) {
        expect(Math.sign(compareVersions(one, other))).toBe(Math.sign(index - at));
      }
    }
  });

  it('does not count what comes after a plus', () => {
    expect(compareVersions('1.0.0+a', '1.0.0+b')).toBe(0);
  });
});

describe('countVersions', () => {
  it('has the newest first and the unsaid last', () => {
    const machine = { id: '', group: '', host: '', number: 1, enrolledAt: 0, lastLoginAt: 0, connections: {} };
    const machines = ['0.9.0', '0.10.0', undefined, '0.9.0'].map((agentVersion) => ({
      ...machine,
      ...(agentVersion === undefined ? {} : { agentVersion }),
    }));
    expect(countVersions(machines)).toEqual([
      { version: '0.10.0', agents: 1 },
      { version: '0.9.0', agents: 2 },
      { version: undefined, agents: 1 },
    ]);
  });
});
