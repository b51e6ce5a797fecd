/**
 * Feeds the package texts at random and checks what must hold for each of them (`check-text.ts`).
 *
 * Usage: node --import tsx --conditions=@moorline/source test/fuzz.ts [COUNT] [SEED]
 *
 * Prints the seed, which repeats the run; exit code 1 with the text where something does not hold.
 */
import { checkSplit, checkText } from './check-text.js';
import { TextGenerator } from './generate.js';

const count = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
/** A split costs many times what a text costs: every so many texts. */
const splitEvery = 8;

process.stdout.write(`fuzz: ${count} texts, seed ${seed}\n`);
const generator = new TextGenerator(seed);
let points = 0;
let errors = 0;
for (let i = 0; i < count; i++) {
  const text = generator.text();
  for (const { type } of checkText(text, generator)) {
    if (type === 'point') points++;
    else errors++;
  }
  if (i % splitEvery === 0) await checkSplit(text, generator);
}
process.stdout.write(`fuzz: ${points} points, ${errors} errors, all as they must be\n`);
