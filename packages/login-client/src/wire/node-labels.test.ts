import { describe, expect, it } from 'vitest';
import { isLoginError } from './login-error.js';
import { canonicalNodeLabels, normalizeNodeLabels } from './node-labels.js';

function faultOf(labels: Record<string, string>): string {
  try {
    normalizeNodeLabels(labels);
  } catch (error) {
    if (isLoginError(error) && error.code === 'bad_node_labels') return error.message;
    throw error;
  }
  throw new Error('accepted');
}

const prefixed = (name: string): string => `user.node.lepton.ai/${name}`;

describe('normalizeNodeLabels', () => {
  it('#44 adds the prefix where it is missing and sorts by key', () => {
    const labels = normalizeNodeLabels({ zone: 'b', [prefixed('rack')]: 'r42', Rack: '' });
    expect(Object.entries(labels)).toEqual([
      [prefixed('Rack'), ''],
      [prefixed('rack'), 'r42'],
      [prefixed('zone'), 'b'],
    ]);
    expect(canonicalNodeLabels(normalizeNodeLabels({ rack: 'r42' }))).toBe('{"user.node.lepton.ai/rack":"r42"}');
    expect(canonicalNodeLabels(normalizeNodeLabels({}))).toBe('{}');
  });

  it('#44 takes eight labels and refuses nine', () => {
    const labels = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
    expect(Object.keys(normalizeNodeLabels(labels(8)))).toHaveLength(8);
    expect(faultOf(labels(9))).toBe('invalid node labels: at most 8 node labels are allowed');
  });

  it('refuses two keys that become one', () => {
    expect(faultOf({ a: '1', [prefixed('a')]: '2' })).toBe(
      `invalid node labels: node label keys "a" and "${prefixed('a')}" normalize to the same managed key "${prefixed('a')}"`,
    );
  });

  it.each([
    ['a/b', 'a qualified name must consist of'],
    ['', 'name part must be non-empty; name part must consist of'],
    ['-a', 'name part must consist of'],
    ['a b', 'name part must consist of'],
    ['é', 'name part must consist of'],
    ['a'.repeat(64), 'name part must be no more than 63 bytes'],
  ])('refuses the key %j', (key, fault) => {
    expect(faultOf({ [key]: 'v' })).toContain(`invalid node label key "${prefixed(key)}": ${fault}`);
  });

  it.each(['-x-', 'a b', 'é', '_', 'a\n'])('refuses the value %j', (value) => {
    expect(faultOf({ a: value })).toContain(`invalid node label value for "${prefixed('a')}": a valid label must be`);
  });

  it('takes names and values of 63 characters and refuses 64', () => {
    expect(normalizeNodeLabels({ ['a'.repeat(63)]: 'b'.repeat(63) })).toEqual({
      [prefixed('a'.repeat(63))]: 'b'.repeat(63),
    });
    expect(faultOf({ a: 'b'.repeat(64) })).toContain('must be no more than 63 bytes');
  });
});
