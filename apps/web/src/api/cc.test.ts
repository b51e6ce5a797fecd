import { expect, it } from 'vitest';
import { expiryOf } from './cc.js';

const token = (claims: unknown) => `h.${btoa(JSON.stringify(claims)).replaceAll('+', '-').replaceAll('/', '_')}.s`;

it.each([
  [token({ sub: '??>>', exp: 100 }), 100_000],
  [token({ sub: 'eve' }), 5],
  [token({ exp: 'soon' }), 5],
  [token(null), 5],
  ['nothing', 5],
  ['a.%.b', 5],
])('knows when the token %s ends', (text, expected) => {
  expect(expiryOf(text, 5)).toBe(expected);
});
