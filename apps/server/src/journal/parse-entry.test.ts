import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEntry } from './parse-entry.js';

const line = (fields: object): string => JSON.stringify({ __REALTIME_TIMESTAMP: '1700000000123456', ...fields });

describe('an entry of the journal', () => {
  it('is its time, priority, message and unit', () => {
    const fields = { MESSAGE: 'ready ü', PRIORITY: '4', _SYSTEMD_UNIT: 'm.service', __CURSOR: 's=1' };
    expect(parseEntry(line(fields))).toEqual({
      timestamp: '1700000000123456',
      priority: 4,
      message: 'ready ü',
      unit: 'm.service',
    });
  });

  it.each([
    ['bytes', [27, 91, 0xc3, 0xbc], '\u001b[ü'],
    ['bytes that are no text', [0xff, 65], '\ufffdA'],
    ['given more than once', ['first', 'second'], 'first'],
    ['given more than once, as bytes', [[65], 'second'], 'A'],
    ['too long', null, ''],
    ['absent', undefined, ''],
  ])('may have a message that is %s', (_, MESSAGE, message) => {
    expect(parseEntry(line({ MESSAGE }))).toEqual({ timestamp: '1700000000123456', priority: 6, message, unit: '' });
  });

  it.each(['8', '-1', '', 'x', '06'])('of the priority %j counts as informational', (PRIORITY) => {
    expect(parseEntry(line({ PRIORITY }))?.priority).toBe(6);
  });

  it.each(['', '-- No entries --', '{', '{}', 'null', line({ __REALTIME_TIMESTAMP: 5 }), line({ MESSAGE: {} })])(
    'is not %j',
    (text) => {
      expect(parseEntry(text)).toBeUndefined();
    },
  );

  it('has a message of text, whatever the field holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (MESSAGE) => {
        const message = parseEntry(line({ MESSAGE }))?.message;
        expect(message === undefined || typeof message === 'string').toBe(true);
      }),
    );
  });
});
