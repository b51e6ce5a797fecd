import { expect, it } from 'vitest';
import { fuzzInputs } from '../../../tools/testenv/scale.js';
import { checkSplit, checkText } from './check-text.js';
import { TextGenerator } from './generate.js';

/** A split costs many times what a text costs: every so many texts. */
const splitEvery = 8;

it('holds what it promises for texts at random, whole and split', { timeout: 86_400_000 }, async () => {
  const seed = Number(process.env['MOORLINE_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
  const generator = new TextGenerator(seed);
  const found = { point: 0, error: 0 };
  for (let i = 0; i < fuzzInputs(2000); i++) {
    const text = generator.text();
    try {
      for (const { type } of checkText(text, generator)) found[type]++;
      if (i % splitEvery === 0) await checkSplit(text, generator);
    } catch (error) {
      throw new Error(`text ${i} of seed ${seed} (MOORLINE_FUZZ_SEED=${seed} repeats it)`, { cause: error });
    }
  }
  // The generator reaches both sides of the decoder.
  expect(Math.min(found.point, found.error)).toBeGreaterThan(0);
});
