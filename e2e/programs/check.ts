/** Fails unless both are the same as JSON, where bigints are written as texts. No assertion library: browsers run this too. */
export function equal(actual: unknown, expected: unknown): void {
  const [found, wanted] = [text(actual), text(expected)];
  if (found !== wanted) throw new Error(`expected ${wanted}, found ${found}`);
}

const text = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ?? 'undefined';

/** What a promise rejects with. */
export const failureOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('expected a failure');
    },
    (error: unknown) => error,
  );
