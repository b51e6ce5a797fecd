import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harbour } from '../../test/support/harbour.js';
import { exampleOf, seeded } from './example.js';

const of = (schema: unknown, seed = '1') => exampleOf(harbour(), schema, seeded(seed));

describe('exampleOf', () => {
  it('is the same for the same seed, and another for another', () => {
    const schema = { $ref: '#/definitions/Berth' };
    expect(of(schema)).toEqual(of(schema));
    const all = new Set(Array.from({ length: 20 }, (_, seed) => JSON.stringify(of(schema, String(seed)))));
    expect(all.size).toBeGreaterThan(10);
  });

  it('has every property, and ends where a schema is within itself', () => {
    expect(of({ $ref: '#/definitions/Berth' })).toEqual({
      id: expect.any(Number),
      name: 'north-1',
      state: expect.stringMatching(/^(?:free|taken)$/),
      beside: [],
      depths: expect.any(Object),
    });
  });

  it.each([
    [{ type: 'integer', example: 7 }, 7],
    [{ type: 'string', default: 'x' }, 'x'],
    [{ type: 'string', enum: ['only'] }, 'only'],
    [{ type: 'integer', minimum: 5, maximum: 5 }, 5],
    [{ type: 'integer', minimum: 4, maximum: 6, exclusiveMinimum: true, exclusiveMaximum: true }, 5],
    [{ type: 'array', maxItems: 0, items: { type: 'string' } }, []],
    [{ type: 'string', format: 'date-time' }, '2026-01-02T03:04:05Z'],
    [{ type: 'null' }, null],
    [{}, {}],
    [
      {
        allOf: [{ type: 'object', properties: { a: { type: 'string', enum: ['x'] } } }],
        properties: { b: { type: 'integer', example: 1 } },
      },
      { a: 'x', b: 1 },
    ],
    [{ allOf: [{ type: 'string', enum: ['x'] }] }, 'x'],
  ])('of %j is %j', (schema, value) => {
    expect(of(schema)).toEqual(value);
  });

  it.each([
    [{ type: 'integer', example: '7' }, 'number'],
    [{ type: 'string', example: 7 }, 'string'],
    [{ type: 'boolean', default: 'yes' }, 'boolean'],
  ] as const)('does not believe %j, which is not of its type', (schema, type) => {
    expect(of(schema)).toBeTypeOf(type);
  });

  it('stays within bounds, whatever they and the seed are', () => {
    const bounds = fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.nat(1000));
    fc.assert(
      fc.property(bounds, fc.string(), ([minimum, span], seed) => {
        const value = of({ type: 'integer', minimum, maximum: minimum + span }, seed);
        expect(value).toSatisfy((one: number) => Number.isInteger(one) && one >= minimum && one <= minimum + span);
      }),
    );
    fc.assert(
      fc.property(fc.nat(30), fc.nat(30), fc.string(), (minLength, more, seed) => {
        const value = String(of({ type: 'string', minLength, maxLength: minLength + more }, seed));
        expect(value.length).toBeGreaterThanOrEqual(minLength);
        expect(value.length).toBeLessThanOrEqual(minLength + more);
      }),
    );
  });
});
