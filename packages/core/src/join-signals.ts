/**
 * Runs `work` under one signal that follows whichever of several is aborted first, and leaves no listener on them.
 * (`AbortSignal.any` would stay registered on signals that live as long as a client.)
 *
 * @param signals absent ones count as never aborted; without any, `work` gets none.
 * @throws what `work` throws.
 */
export async function withJoinedSignals<T>(
  signals: readonly (AbortSignal | undefined)[],
  work: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  const present = signals.filter((signal) => signal !== undefined);
  if (present.length < 2) return work(present[0]);
  const controller = new AbortController();
  const stops = present.map((signal) => ({ signal, stop: () => controller.abort(signal.reason) }));
  for (const { signal, stop } of stops) {
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  }
  try {
    return await work(controller.signal);
  } finally {
    for (const { signal, stop } of stops) signal.removeEventListener('abort', stop);
  }
}
