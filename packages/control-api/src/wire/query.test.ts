import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isControlApiError } from './error.js';
import type { JobSearch, MetricQuery } from './models.js';
import { decodeQuery, encodeQuery } from './query.js';
import { jobSorts, jobStates, metricScopes } from './vocabulary.js';

const seconds = fc.nat({ max: Number.MAX_SAFE_INTEGER });
/** Lists may be separated by commas, so what stands in one has none. */
const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !text.includes(','));
const text = fc.string({ unit: 'grapheme', minLength: 3, maxLength: 40 });
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 5 });

const jobSearch: fc.Arbitrary<JobSearch> = fc.record(
  {
    ...{
      state: some(fc.constantFrom(...jobStates)),
      tag: some(text),
      user: text,
      project: text,
      node: text,
      cluster: text,
    },
    ...{ startFrom: seconds, startTo: seconds, minDuration: seconds, maxDuration: seconds, count: fc.boolean() },
    ...{ sort: fc.constantFrom(...jobSorts), order: fc.constantFrom('asc', 'desc') },
    ...{ limit: fc.integer({ min: 1, max: 500 }), cursor: text },
  },
  { requiredKeys: [] },
);

const metricQuery: fc.Arbitrary<MetricQuery> = fc.record(
  {
    ...{ metric: some(word), scope: some(fc.constantFrom(...metricScopes)), from: seconds, to: seconds },
    points: fc.integer({ min: 10, max: 20_000 }),
  },
  { requiredKeys: [] },
);

/** As it goes through an address. */
const sent = (parameters: URLSearchParams): URLSearchParams =>
  new URL(`http://localhost/?${parameters.toString()}`).searchParams;

describe('a query', () => {
  it('says after the way what it said before it', () => {
    fc.assert(
      fc.property(jobSearch, (search) => {
        expect(decodeQuery('searchJobs', sent(encodeQuery('searchJobs', search)))).toEqual(search);
      }),
    );
    fc.assert(
      fc.property(metricQuery, (query) => {
        expect(decodeQuery('getJobMetrics', sent(encodeQuery('getJobMetrics', query)))).toEqual(query);
      }),
    );
  });

  it('is read, or refused with bad_query, whatever it says', () => {
    const name = fc.constantFrom(
      ...['state', 'startFrom', 'limit', 'count', 'tag', 'sort', 'constructor', '__proto__', ''],
    );
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('-1', '0', '1e3', '501', '99999999999999999999', 'true', 'running,,'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (pairs) => {
        try {
          const { limit = 1, startFrom = 0 } = decodeQuery('searchJobs', sent(new URLSearchParams(pairs)));
          expect(Number.isInteger(limit) && limit >= 1 && limit <= 500 && startFrom >= 0).toBe(true);
        } catch (error) {
          expect(isControlApiError(error) && error.code).toBe('bad_query');
        }
      }),
    );
  });

  it('takes lists repeated and separated by commas, but a tag as it stands', () => {
    const query = sent(new URLSearchParams('state=running,failed&state=timeout&tag=a:b,c&tag=d:e'));
    expect(decodeQuery('searchJobs', query)).toEqual({
      state: ['running', 'failed', 'timeout'],
      tag: ['a:b,c', 'd:e'],
    });
  });

  it('leaves out what is undefined, and may be none', () => {
    expect(String(encodeQuery('listNodes', undefined))).toBe('');
    expect(decodeQuery('listNodes', new URLSearchParams())).toEqual({});
  });

  it.each([
    ['colour=red', 'there is no parameter "colour"'],
    ['limit=0', '"limit" is less than 1'],
    ['limit=501', '"limit" is more than 500'],
    ['limit=ten', '"limit" is no integer'],
    ['limit=1&limit=2', '"limit" stands there 2 times'],
    ['count=yes', '"count" is no boolean'],
    ['sort=colour', '"sort" is none of "startTime", "duration"'],
    ['state=', '"state.0" is none of'],
    ['user=', '"user" is empty'],
    ['startFrom=-1', '"startFrom" is less than 0'],
    ['startFrom=9007199254740993', '"startFrom" is more than'],
    [`tag=${'x'.repeat(512)}`, '"tag.0" is longer than 511 characters'],
    [Array.from({ length: 21 }, () => 'tag=a:b').join('&'), '"tag" has more than 20 elements'],
  ])('is refused in words for %s', (query, words) => {
    expect(() => decodeQuery('searchJobs', new URLSearchParams(query))).toThrow(words);
  });

  it.each([{ limit: 0 }, { state: ['asleep'] }, { colour: 'red' }, { from: 0.5 }])('is not sent as %j', (query) => {
    expect(() => encodeQuery('searchJobs', query as JobSearch)).toThrow(
      expect.objectContaining({ code: 'invalid_option' }),
    );
  });
});
