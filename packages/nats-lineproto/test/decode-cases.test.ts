import { describe, expect, it } from 'vitest';
import { decode, type DecodeOptions } from '../src/index.js';
import { decodeCases } from './decode-cases.js';
import { describeEntry } from './describe-entry.js';

const describeAll = (text: string, options: DecodeOptions = {}): string[] =>
  [...decode(Buffer.from(text, 'latin1'), options)].map(describeEntry);

describe('decode', () => {
  it.each(decodeCases.map(([number, text, ...entries]) => ({ number, text, entries })))(
    '#$number reads $text',
    ({ text, entries }) => {
      expect(describeAll(text)).toEqual(entries);
    },
  );

  it('#C136 refuses nanoseconds where seconds are expected', () => {
    const [entry] = decode(Buffer.from('b f=1 200000000000000000'), { precision: 's' });
    expect(entry).toMatchObject({ type: 'error', kind: 'time', line: 1, column: 7, isOutOfRange: true });
  });

  it('#C137 refuses milliseconds where seconds are expected', () => {
    const [entry] = decode(Buffer.from('b f=1 1700000000123'), { precision: 's' });
    expect(entry).toMatchObject({ type: 'error', kind: 'time', line: 1, column: 7, isOutOfRange: true });
  });

  it.each([
    ['s', 946730096000000000n],
    ['ms', 946730096789000000n],
    ['us', 946730096789012000n],
    ['ns', 946730096789012345n],
  ] as const)('#C138 cuts the default time to the unit %s', (precision, time) => {
    const [entry] = decode(Buffer.from('m f=1'), { precision, defaultTime: 946730096789012345n });
    expect(entry).toMatchObject({ type: 'point', time, hasTimestamp: false });
  });

  it('#C139 rounds a default time before 1970 down', () => {
    const [entry] = decode(Buffer.from('m f=1'), { precision: 's', defaultTime: -1_999_999_999n });
    expect(entry).toMatchObject({ type: 'point', time: -2_000_000_000n, seconds: -2, nanoseconds: 0 });
  });

  it.each([
    ['ns', '1700000000123456789', 1_700_000_000, 123_456_789],
    ['us', '1700000000123456', 1_700_000_000, 123_456_000],
    ['ms', '1700000000123', 1_700_000_000, 123_000_000],
    ['s', '1700000000', 1_700_000_000, 0],
    ['ms', '-1', -1, 999_000_000],
    ['ns', '-1999999999', -2, 1],
    ['us', '7', 0, 7000],
  ] as const)('reads a timestamp in %s: %s', (precision, text, seconds, nanoseconds) => {
    const [entry] = decode(Buffer.from(`m f=1 ${text}`), { precision });
    expect(entry).toMatchObject({ type: 'point', seconds, nanoseconds, hasTimestamp: true });
  });

  it('leaves the time of an entry out where neither it nor a default is known', () => {
    const [entry] = decode(Buffer.from('m f=1'));
    expect(entry).toMatchObject({ type: 'point', time: undefined, seconds: undefined, hasTimestamp: false });
  });

  it('gives integers as numbers where they fit, when asked to', () => {
    const [entry] = decode(Buffer.from('m a=9007199254740991i,b=9007199254740993i,c=7u,d=12345678901234567u'), {
      integers: 'number',
    });
    const values = entry?.type === 'point' ? entry.fields.map(({ value }) => value) : [];
    expect(values).toEqual([9007199254740991, 9007199254740993n, 7, 12345678901234567n]);
  });

  it('goes on behind a faulty line and quotes the line in the text of the error', () => {
    const entries = [...decode(Buffer.from('a f=1\nb f=oops 3\nc f=2'))];
    expect(entries.map(({ type }) => type)).toEqual(['point', 'error', 'point']);
    expect(entries[1]).toMatchObject({
      text: 'at line 2:5: value for field "f" ("oops") has unrecognized type',
      isOutOfRange: false,
    });
  });

  it('yields nothing after it has been ended', () => {
    const entries = decode(Buffer.from('a f=1\nb f=2'));
    for (const entry of entries) {
      expect(describeEntry(entry)).toBe('"a" {} ["f":float=1] @default');
      break;
    }
    expect([...entries]).toEqual([]);
  });

  it('gives the last of several tags or fields with one key by name', () => {
    const [entry] = decode(Buffer.from('m,a=1,a=2 f=1,f=2'));
    expect(
      entry?.type === 'point' && [entry.tag('a'), entry.field('f')?.value, entry.tag('b'), entry.field('b')],
    ).toEqual(['2', 2, undefined, undefined]);
  });

  it('reads a view into a larger buffer, and leaves the bytes as they are', () => {
    const whole = Buffer.from('xxm,t=ü f="é" 5yy');
    const copy = Buffer.from(whole);
    expect([...decode(whole.subarray(2, whole.length - 2))].map(describeEntry)).toEqual([
      '"m" {"t"="ü"} ["f":string="é"] @5',
    ]);
    expect(whole).toEqual(copy);
  });

  it('tells the tags of entries apart that differ only behind what they share', () => {
    const lines = [
      'm,a=1,b=2 f=1',
      'm,a=1,b=23 f=1',
      'm,a=1 f=1',
      'm,a=1,b=2,c=3 f=1',
      'm,a=1,bb=2 f=1',
      'mm,a=1,b=2 f=1',
      'm,a=1,b=2 ff=1',
      'm,a\\,=1 f=1',
    ];
    for (const first of lines) {
      for (const second of lines) {
        const together = describeAll(`${first}\n${second}\n${first}`);
        expect(together).toEqual([...describeAll(first), ...describeAll(second), ...describeAll(first)]);
      }
    }
  });
});

describe('decode, tolerant', () => {
  it('reads a comma without a tag behind a measurement (#C132 is strict)', () => {
    expect(describeAll('start_job, event="x" 5\n', { tolerant: true })).toEqual([
      '"start_job" {} ["event":string="x"] @5',
    ]);
  });

  it('reads empty tag values (#C133 is strict)', () => {
    expect(describeAll('job,partition=,function=stop_job event="x" 5', { tolerant: true })).toEqual([
      '"job" {"partition"="" "function"="stop_job"} ["event":string="x"] @5',
    ]);
    expect(describeAll('job,partition= event="x" 5', { tolerant: true })).toEqual([
      '"job" {"partition"=""} ["event":string="x"] @5',
    ]);
  });

  it('refuses everything else that the strict decoder refuses', () => {
    for (const text of ['m,', 'm,\n', 'm,,a=b f=1', 'm,a=\n', 'm,a=b, f=1,', 'm,=b f=1']) {
      expect(describeAll(text, { tolerant: true })[0]).toMatch(/^ERR/);
    }
  });
});
