import { expect, it } from 'vitest';
import { errorChain, isInChain } from './error-chain.js';

it('goes through causes and the errors of an AggregateError, outermost first and each once', () => {
  const root = new Error('root');
  const a = new Error('a', { cause: root });
  const b = new Error('b', { cause: 'a text' });
  const top = new Error('top', { cause: new AggregateError([a, b, a], 'several', { cause: root }) });
  expect([...errorChain(top)].map((link) => (link instanceof Error ? link.message : link))).toEqual([
    'top',
    'several',
    'root',
    'a',
    'b',
    'a text',
  ]);
  expect(isInChain(top, 'a text')).toBe(true);
  expect(isInChain(a, b)).toBe(false);
});

it('comes to an end where causes go in a circle', () => {
  const a = new Error('a');
  const b = new Error('b', { cause: a });
  a.cause = b;
  expect([...errorChain(a)]).toEqual([a, b]);
});

it('is empty for no error', () => {
  expect([...errorChain(undefined), ...errorChain(null)]).toEqual([]);
});
