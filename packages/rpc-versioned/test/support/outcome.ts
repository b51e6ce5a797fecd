/** What a promise is rejected with; undefined where it is fulfilled. */
export function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error ?? new Error('rejected with nothing'),
  );
}

/** The message of what a promise is rejected with. */
export async function messageOf(promise: Promise<unknown>): Promise<string | undefined> {
  const failure = await failureOf(promise);
  return failure instanceof Error ? failure.message : undefined;
}
