import { describe, expect, expectTypeOf, it } from 'vitest';
import { type OperationId, operations } from '../wire/operations.js';
import type { Handler } from './call.js';
import { handlers } from './handlers.js';

describe('the table of handlers', () => {
  it('has one for every operation that has a route, and no other', () => {
    expect(Object.keys(handlers).sort()).toEqual(Object.keys(operations).sort());
  });

  it('does not compile without one of them', () => {
    expectTypeOf(handlers).toEqualTypeOf<Record<OperationId, Handler>>();
    expectTypeOf<OperationId>().toEqualTypeOf<keyof typeof operations>();
    const { stopJob, ...others } = handlers;
    // @ts-expect-error a route without its handler
    const incomplete: typeof handlers = others;
    const complete: typeof handlers = { ...others, stopJob };
    expect([incomplete.stopJob, complete.stopJob]).toEqual([undefined, stopJob]);
  });
});
