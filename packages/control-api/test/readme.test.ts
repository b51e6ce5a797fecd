import { expect, it } from 'vitest';
import { exampleTypeErrors } from '../../../tools/testenv/example-types.js';

it('shows examples that type-check', { timeout: 60_000 }, () => {
  expect(exampleTypeErrors('README.md')).toEqual([]);
});
