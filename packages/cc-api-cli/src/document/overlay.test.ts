import { describe, expect, it } from 'vitest';
import { harbour } from '../../test/support/harbour.js';
import { applyOverlay, parseOverlay } from './overlay.js';

const reason = 'the server says so';
const apply = (...entries: object[]) => applyOverlay(harbour(), parseOverlay(entries, 'overlay.json'), 'overlay.json');

describe('an overlay', () => {
  it('makes its corrections one after another, and leaves the document alone', () => {
    const before = harbour();
    const entries = [
      { op: 'move', from: '/paths/~1log', path: '/paths/~1write', reason },
      { op: 'add', path: '/paths/~1write/post/responses/200', value: { description: 'OK' }, reason, vector: 'log-01' },
      { op: 'test', path: '/paths/~1write/post/responses/200/description', value: 'OK', reason },
      { op: 'copy', from: '/definitions/Berth', path: '/definitions/Mooring', reason },
      { op: 'replace', path: '/definitions/Mooring/properties/id/type', value: 'string', reason },
      { op: 'remove', path: '/definitions/Failure/properties/status', reason },
    ];
    const after = applyOverlay(before, parseOverlay(entries, 'it'), 'it');
    expect(before).toEqual(harbour());
    expect(after).toHaveProperty(['paths', '/write', 'post', 'responses', '200', 'description'], 'OK');
    expect(after).not.toHaveProperty(['paths', '/log']);
    expect(after).toHaveProperty('definitions.Mooring.properties.id.type', 'string');
    expect(after).toHaveProperty('definitions.Berth.properties.id.type', 'integer');
    expect(after).not.toHaveProperty('definitions.Failure.properties.status');
  });

  it.each([
    [{ op: 'remove', path: '/paths/~1nowhere', reason }, '/paths/~1nowhere', 'nothing is there'],
    [{ op: 'replace', path: '/definitions/Berth/x', value: 1, reason }, '/definitions/Berth/x', 'nothing is there'],
    [{ op: 'add', path: '/a/b', value: 1, reason }, '/a/b', 'nothing is there'],
    [{ op: 'test', path: '/swagger', value: '3.0', reason }, '/swagger', 'another value is there'],
    [{ op: 'move', from: '/nowhere', path: '/paths/~1x', reason }, '/nowhere', 'nothing is there'],
    [{ op: 'copy', from: '/nowhere', path: '/paths/~1x', reason }, '/nowhere', 'nothing is there'],
  ])('names the correction that cannot be made: %j', (entry, pointer, why) => {
    const good = { op: 'add', path: '/x-note', value: 1, reason };
    const attempted = `overlay.json: correction 1 (${entry.op} ${entry.path}) cannot be made: ${why}`;
    expect(() => apply(good, entry)).toThrow(expect.objectContaining({ code: 'overlay_failed', pointer }));
    expect(() => apply(good, entry)).toThrow(attempted);
    expect(() => apply(good, entry)).toThrow(reason);
  });

  it.each([
    [{}, ''],
    [['x'], '/0'],
    [[{ op: 'put', path: '/a', reason }], '/0/op'],
    [[{ op: 'add', path: 'a', value: 1, reason }], '/0/path'],
    [[{ op: 'add', path: '', value: 1, reason }], '/0/path'],
    [[{ op: 'add', path: '/a~2', value: 1, reason }], '/0/path'],
    [[{ op: 'move', path: '/a', reason }], '/0/from'],
    [[{ op: 'add', path: '/a', reason }], '/0/value'],
    [
      [
        { op: 'remove', path: '/a', reason },
        { op: 'remove', path: '/a' },
      ],
      '/1/reason',
    ],
    [[{ op: 'remove', path: '/a', reason: ' ' }], '/0/reason'],
    [[{ op: 'remove', path: '/a', reason, vector: 1 }], '/0/vector'],
  ])('is refused when it is %j', (value, pointer) => {
    expect(() => parseOverlay(value, 'it')).toThrow(expect.objectContaining({ code: 'invalid_overlay', pointer }));
  });

  it.each(['/__proto__/polluted', '/constructor/prototype/polluted', '/definitions/prototype'])(
    'does not go through %s, which the patcher would pass over',
    (path) => {
      expect(() => apply({ op: 'add', path, value: 1, reason })).toThrow(
        expect.objectContaining({ code: 'invalid_overlay', pointer: '/0/path' }),
      );
    },
  );
});
