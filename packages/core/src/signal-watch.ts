/**
 * Watches signals for many calls: one listener a signal, however many calls share it. A service gives the same signal to
 * hundreds of calls, and Node warns of more than ten listeners.
 */
export class SignalWatch {
  readonly #watched = new Map<AbortSignal, { readonly calls: Set<() => void>; readonly listener: () => void }>();

  /**
   * Calls `onAbort` when the signal is aborted, until the returned function is called.
   *
   * @param signal not aborted yet.
   */
  add(signal: AbortSignal, onAbort: () => void): () => void {
    const entry = this.#watched.get(signal) ?? this.#watch(signal);
    entry.calls.add(onAbort);
    return () => {
      entry.calls.delete(onAbort);
      if (entry.calls.size > 0 || this.#watched.get(signal) !== entry) return;
      this.#watched.delete(signal);
      signal.removeEventListener('abort', entry.listener);
    };
  }

  #watch(signal: AbortSignal): { readonly calls: Set<() => void>; readonly listener: () => void } {
    const calls = new Set<() => void>();
    const listener = () => {
      this.#watched.delete(signal);
      for (const call of calls) call();
    };
    const entry = { calls, listener };
    this.#watched.set(signal, entry);
    signal.addEventListener('abort', listener, { once: true });
    return entry;
  }
}
