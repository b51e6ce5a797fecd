import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type * as ErrorModule from './error.js';
import { createErrorGuard, isMoorlineError, MoorlineError } from './error.js';

class PierError extends MoorlineError<'pier_full' | 'pier_closed'> {
  constructor(message: string, code: 'pier_full' | 'pier_closed', cause?: unknown) {
    super(message, { code, cause, hint: 'wait for the tide', isRetryable: true, details: { berth: 4 } });
    this.name = 'PierError';
  }
}
const isPierError = createErrorGuard<PierError>('PierError');

describe('MoorlineError', () => {
  it('carries code, hint, retryability, details and cause', () => {
    const cause = new Error('fog');
    const error = new PierError('mooring at berth 4 was refused', 'pier_full', cause);
    expect(error).toMatchObject({
      name: 'PierError',
      code: 'pier_full',
      hint: 'wait for the tide',
      isRetryable: true,
      cause,
    });
    expect(error.details).toEqual({ berth: 4 });
  });

  it('is final and without hint or details unless told', () => {
    const error = new MoorlineError('no', { code: 'no' });
    expect([error.isRetryable, error.hint, error.details]).toEqual([false, undefined, {}]);
    expect(error.toJSON()).toEqual({ name: 'MoorlineError', code: 'no', message: 'no', isRetryable: false });
  });

  it('becomes JSON with the messages of its causes, but not their fields', () => {
    const root = Object.assign(new Error('socket hang up'), { token: 'secret-1' });
    const json = JSON.stringify(new PierError('refused', 'pier_closed', new Error('dial', { cause: root })));
    expect(JSON.parse(json)).toMatchObject({ code: 'pier_closed', causes: ['dial', 'socket hang up'] });
    expect(json).not.toContain('secret-1');
  });

  it('ends a chain of causes that loops', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(new PierError('refused', 'pier_full', error).toJSON()['causes']).toHaveLength(8);
  });

  it('does not show its brand when inspected', () => {
    expect(inspect(new PierError('refused', 'pier_full'))).not.toContain('Symbol(');
  });
});

describe('guards', () => {
  it('recognise their own class only', () => {
    expect(isPierError(new PierError('x', 'pier_full'))).toBe(true);
    expect(isPierError(new MoorlineError('x', { code: 'pier_full' }))).toBe(false);
    expect(isMoorlineError(new PierError('x', 'pier_full'))).toBe(true);
  });

  it('recognise an error of another copy of the package', async () => {
    const copy: typeof ErrorModule = await import(`${new URL('./error.ts', import.meta.url).href}?copy`);
    const foreign = new copy.MoorlineError('x', { code: 'x' });
    expect(foreign).not.toBeInstanceOf(MoorlineError);
    expect(isMoorlineError(foreign)).toBe(true);
  });

  it.each([undefined, null, 'x', 1, {}, new Error('x'), { name: 'PierError', code: 'pier_full' }])(
    'refuse %s',
    (value) => {
      expect(isMoorlineError(value)).toBe(false);
      expect(isPierError(value)).toBe(false);
    },
  );
});
