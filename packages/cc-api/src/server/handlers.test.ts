import { describe, expect, expectTypeOf, it } from 'vitest';
import { operations, type TokenOperationId, type tokenOperations } from '../wire/operations.js';
import type { Handler } from './call.js';
import { handlers } from './handlers.js';
import { sessionHandlers } from './sessions/session-handlers.js';

describe('the tables of handlers', () => {
  it('have one for every operation that has a route, and no other', () => {
    const handled = [...Object.keys(handlers), ...Object.keys(sessionHandlers)];
    expect(handled.sort()).toEqual(Object.keys(operations).sort());
  });

  it('do not compile without one of them', () => {
    expectTypeOf(handlers).toEqualTypeOf<Record<TokenOperationId, Handler>>();
    expectTypeOf<TokenOperationId>().toEqualTypeOf<keyof typeof tokenOperations>();
    const { stopJob, ...others } = handlers;
    // @ts-expect-error a route without its handler
    const incomplete: typeof handlers = others;
    const complete: typeof handlers = { ...others, stopJob };
    expect([incomplete.stopJob, complete.stopJob]).toEqual([undefined, stopJob]);
  });
});
