import { describe, expect, it } from 'vitest';
import type { EntryView } from './entry-view.js';
import { visit } from './visit.js';

const bytes = Buffer.from(
  'cpu,host=a\\ b,ü=é value=1.5,n=-7i,big=9223372036854775807i,u=18446744073709551615u,s="x\\ty",t=true,hex=0x1p4 1700000000123456789\n',
);

describe('visit', () => {
  it('shows names, kinds and values of an entry', () => {
    const seen: unknown[] = [];
    visit(bytes, {
      entry: (view) => {
        const fields = Array.from({ length: view.fieldCount }, (_, index) => [
          view.fieldKey(index),
          view.fieldKind(index),
          view.fieldValue(index),
          view.fieldNumber(index),
        ]);
        seen.push(
          view.measurement,
          view.tagCount,
          view.tagKey(0),
          view.tagValue(0),
          view.tag('ü'),
          view.tag('x'),
          fields,
        );
        seen.push(view.hasTimestamp, view.seconds, view.nanoseconds, view.time);
      },
    });
    expect(seen).toEqual([
      'cpu',
      2,
      'host',
      'a b',
      'é',
      undefined,
      [
        ['value', 'float', 1.5, 1.5],
        ['n', 'int', -7n, -7],
        ['big', 'int', 2n ** 63n - 1n, 2 ** 63],
        ['u', 'uint', 2n ** 64n - 1n, 2 ** 64],
        ['s', 'string', 'x\ty', NaN],
        ['t', 'boolean', true, 1],
        ['hex', 'float', 16, 16],
      ],
      true,
      1_700_000_000,
      123_456_789,
      1_700_000_000_123_456_789n,
    ]);
  });

  it('finds fields by name, of several the last', () => {
    visit(Buffer.from('m,k=1,k=2 a=1,b=2,a=3'), {
      entry: (view) => {
        expect([view.fieldIndex('a'), view.fieldIndex('b'), view.fieldIndex('c'), view.tag('k')]).toEqual([
          2,
          1,
          -1,
          '2',
        ]);
      },
    });
  });

  it('passes over what is not wanted, and over what is wrong with it', () => {
    const seen: string[] = [];
    visit(Buffer.from('a f=1\nb f=oops\nb,=\nb f="x\ny",g=oops\nc f=oops\na f=2'), {
      wants: (view) => view.measurement !== 'b',
      entry: (view) => seen.push(view.measurement),
      error: ({ text }) => seen.push(text.slice(0, 12)),
    });
    expect(seen).toEqual(['a', 'at line 6:5:', 'a']);
  });

  it('does not look at the values of what is not wanted: a bad one does not break the string behind it', () => {
    const lines = Buffer.from('m f=1x,g="a\nc f=1" 5\n');
    const seen: string[] = [];
    const visitor = { entry: (view: EntryView) => seen.push(view.measurement), error: () => undefined };
    visit(lines, { ...visitor, wants: (view) => view.measurement !== 'm' });
    expect(seen).toEqual([]);
    visit(lines, visitor);
    expect(seen).toEqual([]);
    visit(Buffer.from('m f=1x,g="a\nc f=1 5\n'), visitor);
    expect(seen).toEqual(['c']);
  });

  it('shows what was read before a fault', () => {
    visit(Buffer.from('m,a=1 f=1,g=oops'), {
      entry: () => expect.unreachable(),
      error: (error, view) => {
        expect([error.column, view.measurement, view.tag('a'), view.fieldCount, view.fieldNumber(0)]).toEqual([
          13,
          'm',
          '1',
          1,
          1,
        ]);
      },
    });
    expect.assertions(1);
  });

  it('ends when an answer is false', () => {
    const seen: string[] = [];
    const lines = Buffer.from('a f=1\nb f=oops\nc f=1');
    visit(lines, { entry: (view) => seen.push(view.measurement) < 0, error: () => expect.unreachable() });
    visit(lines, { entry: (view) => seen.push(view.measurement), error: () => false });
    expect(seen).toEqual(['a', 'a']);
  });

  it('passes over faulty entries where nobody asks for them', () => {
    const seen: string[] = [];
    visit(Buffer.from('a f=oops\nb f=1'), { entry: (view) => seen.push(view.measurement) });
    expect(seen).toEqual(['b']);
  });

  it('refuses an index that is none', () => {
    visit(bytes, {
      entry: (view) => {
        for (const index of [-1, 2, 0.5]) expect(() => view.tagKey(index)).toThrow(/there is no tag/);
        for (const index of [-1, 7, NaN]) expect(() => view.fieldValue(index)).toThrow(/there is no field/);
      },
    });
    expect.assertions(6);
  });

  it('gives the default time to an entry without one', () => {
    visit(
      Buffer.from('m f=1'),
      { entry: (view) => expect([view.time, view.hasTimestamp]).toEqual([5n, false]) },
      { defaultTime: 5n },
    );
    visit(Buffer.from('m f=1'), {
      entry: (view) => expect([view.time, view.seconds, view.nanoseconds]).toEqual([undefined, undefined, 0]),
    });
    expect.assertions(2);
  });
});
