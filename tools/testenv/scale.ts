/**
 * How much a long test does: a small sample in `npm test`, the whole under its own command.
 *
 * A test that takes its number of inputs from {@link fuzzInputs} is run by `npm run fuzz`, one that takes its size from {@link soak} by
 * `npm run test:soak`; where it is all that a file has, the file is named `x.fuzz.test.ts` or `x.soak.test.ts`.
 */

/**
 * @param sample inputs in `npm test`, ≥ 1
 * @returns the sample, or the number in `MOORLINE_FUZZ_INPUTS`, which `npm run fuzz` sets
 * @throws RangeError when that is not a positive integer: a fuzz run must not do nothing.
 */
export function fuzzInputs(sample: number): number {
  const text = process.env['MOORLINE_FUZZ_INPUTS'];
  if (text === undefined) return sample;
  if (!/^[1-9]\d*$/.test(text)) throw new RangeError(`MOORLINE_FUZZ_INPUTS=${text}: expected a positive integer`);
  return Number(text);
}

/**
 * @param sample what `npm test` does
 * @param whole what `npm run test:soak` does, which sets `MOORLINE_SOAK=1`
 */
export function soak<T>(sample: T, whole: T): T {
  return process.env['MOORLINE_SOAK'] === '1' ? whole : sample;
}
