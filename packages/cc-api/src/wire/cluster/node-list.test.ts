import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCcApiError } from '../error.js';
import { formatNodeList, parseNodeList, toNodeName } from './node-list.js';

describe('parseNodeList', () => {
  it('knows the hosts of terms, ranges and several brackets', () => {
    const list = parseNodeList('n[01-03,10-11],login-1,r[1-2]c[01-02]');
    expect([...list.hosts()]).toEqual([
      'n01',
      'n02',
      'n03',
      'n10',
      'n11',
      'login-1',
      'r1c01',
      'r1c02',
      'r2c01',
      'r2c02',
    ]);
    expect(list.size).toBe(10);
    for (const host of list.hosts()) expect(list.contains(host)).toBe(true);
    for (const host of ['n1', 'n001', 'n04', 'n', 'login-1x', 'r1c1', 'N01', '', 'n0x'])
      expect(list.contains(host)).toBe(false);
  });

  it.each([
    ['', 'does not begin'],
    ['a,', 'does not begin'],
    ['-a', 'does not begin'],
    ['a_b', 'letters, digits'],
    ['a.b', 'letters, digits'],
    ['a b', 'letters, digits'],
    ['a[', 'letters, digits'],
    ['a]', 'letters, digits'],
    ['a[]', 'is no range'],
    ['a[1]', 'is no range'],
    ['a[1-2', 'letters, digits'],
    ['a[1-x]', 'is no range'],
    ['a[1-10]', 'differ in length'],
    ['a[2-1]', 'goes backwards'],
    ['a[1-2,]', 'is no range'],
  ])('refuses %j: it %s', (text, reason) => {
    expect(() => parseNodeList(text)).toThrow(expect.objectContaining({ code: 'invalid_node_list' }));
    expect(() => parseNodeList(text)).toThrow(reason);
  });

  it('fails in no other way, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab01-[],*_ ') }), (text) => {
        try {
          parseNodeList(text).contains('a01');
        } catch (error) {
          expect(isCcApiError(error) && error.code).toBe('invalid_node_list');
        }
      }),
    );
  });
});

describe('formatNodeList', () => {
  it('joins numbers of one length into ranges', () => {
    expect(formatNodeList(['n03', 'n01', 'n02', 'n10', 'n11', 'n7', 'login', 'n01'])).toBe('login,n7,n[01-03,10-11]');
    expect(formatNodeList([])).toBe('');
  });

  it('writes what is read back as the same hosts', () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,4}\d{0,3}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 40 }), (hosts) => {
        const list = parseNodeList(formatNodeList(hosts));
        expect([...list.hosts()].sort()).toEqual([...hosts].sort());
        expect(hosts.every((host) => list.contains(host))).toBe(true);
      }),
    );
  });

  it('refuses a name that no list can hold', () => {
    expect(() => formatNodeList(['a.b'])).toThrow(expect.objectContaining({ code: 'invalid_node_list' }));
  });
});

describe('toNodeName', () => {
  it.each([
    ['n01', 'n01'],
    ['n01.cluster.example.org', 'n01'],
    ['my_laptop', 'my-laptop'],
    ['-x-', 'x-'],
    ['Zoë’s Mac', 'Zo-s-Mac'],
  ])('makes of %s %s', (hostname, expected) => {
    expect(toNodeName(hostname)).toBe(expected);
    expect([...parseNodeList(toNodeName(hostname)).hosts()]).toEqual([expected]);
  });

  it.each(['', '.', '___', '.local'])('has no name for %j', (hostname) => {
    expect(() => toNodeName(hostname)).toThrow(expect.objectContaining({ code: 'invalid_node_list' }));
  });
});
