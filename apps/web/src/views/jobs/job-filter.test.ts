import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFiltered, type JobFilter, jobSearchOf, noFilter, readJobFilter, writeJobFilter } from './job-filter.js';
import { parseSpan } from './span.js';

const known = ['completed', 'failed', 'running'] as const;
const read = (text: string): JobFilter => readJobFilter(new URLSearchParams(text), known);

describe('the filter in the address bar', () => {
  it('is empty where nothing is filtered', () => {
    expect(read('')).toEqual(noFilter);
    expect(writeJobFilter(noFilter).toString()).toBe('');
    expect(isFiltered(read('sort=user&order=asc'))).toBe(false);
    expect(isFiltered(read('user=eve'))).toBe(true);
  });

  it('is what the server is asked', () => {
    const filter = read(
      'state=running,failed&user=eve&node=n1&from=2026-01-02T03:04Z&to=2026-01-02T03:04:05Z&min=5m&max=2h&tag=a:b&tag=c:d,e&sort=user&order=asc',
    );
    expect(jobSearchOf(filter, 0)).toEqual({
      state: ['failed', 'running'],
      user: 'eve',
      node: 'n1',
      startFrom: 1_767_323_040,
      startTo: 1_767_323_045,
      minDuration: 300,
      maxDuration: 7200,
      tag: ['a:b', 'c:d,e'],
      sort: 'user',
      order: 'asc',
    });
  });

  it('counts the last hours from now, whatever else it says of the start', () => {
    const search = jobSearchOf(read('within=24h&to=2026-01-02T03:04Z'), 1_000_000);
    expect(search).toEqual({ startFrom: 913_600, sort: 'startTime', order: 'desc' });
  });

  it.each([
    'state=x',
    'from=yesterday',
    'from=2026-13-01T00:00Z',
    'min=-1',
    'within=1y',
    'tag=x',
    'tag=:x',
    'sort=__proto__',
  ])('leaves out what makes no sense: %s', (query) => {
    expect(read(query)).toEqual(noFilter);
  });

  it('reads back what it wrote', () => {
    const span = fc
      .integer({ min: 0, max: 9_999_999 })
      .chain((n) => fc.constantFrom('s', 'm', 'h', 'd').map((u) => parseSpan(`${n}${u}`)));
    const time = fc.option(fc.integer({ min: 0, max: 4_000_000_000 }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.record({
          states: fc.subarray([...known]),
          user: fc.string({ maxLength: 8 }).map((text) => text.trim()),
          project: fc.constantFrom('', 'p', '<script>', '__proto__'),
          cluster: fc.constant(''),
          node: fc.constantFrom('', 'a&b=c', '\u202E😀'),
          within: fc.option(span, { nil: undefined }),
          from: time,
          to: time,
          minDuration: fc.option(span, { nil: undefined }),
          maxDuration: fc.option(span, { nil: undefined }),
          tags: fc.subarray(['a:b', 'a:b:c', '<x>:"y"', 'a:1,2']),
          sort: fc.constantFrom('startTime' as const, 'jobId' as const),
          order: fc.constantFrom('asc' as const, 'desc' as const),
        }),
        (filter) => {
          expect(readJobFilter(new URLSearchParams(writeJobFilter(filter).toString()), known)).toEqual(filter);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('a length of time', () => {
  it.each([
    ['90s', '90s', 90],
    ['15', '15m', 900],
    [' 2 H ', '2h', 7200],
    ['07d', '7d', 604_800],
  ])('is read from %j as %s', (text, written, seconds) => {
    expect(parseSpan(text)).toEqual({ text: written, seconds });
  });

  it.each(['', 'x', '1.5h', '-1m', '12345678'])('is not read from %j', (text) => {
    expect(parseSpan(text)).toBeUndefined();
  });
});
