import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeGreeting, encodeGreeting } from './greeting.js';
import { isControlApiError } from './control-api-error.js';

it('decodes what it encodes', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 64 }), (from) => {
      expect(decodeGreeting(encodeGreeting({ from }))).toEqual({ from });
    }),
  );
});

it('gives bad_greeting, and nothing else, for any other text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        decodeGreeting(text);
      } catch (error) {
        expect(isControlApiError(error) && error.code).toBe('bad_greeting');
      }
    }),
  );
});
