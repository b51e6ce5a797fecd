import { expect, it } from 'vitest';
import * as engine from './engine.js';
import * as all from './index.js';

it('offers from its root all that the engine alone offers', () => {
  expect(all).toMatchObject({ ...engine });
});
