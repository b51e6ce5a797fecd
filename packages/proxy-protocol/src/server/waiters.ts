import type { ServerContext } from './context.js';

/** Those who wait for something to happen, each for so long. */
export class Waiters {
  #settle = new Set<(reason?: Error) => void>();

  /** @param late what is thrown once the context's `waitMs` have passed. */
  wait({ clock, timeouts: { waitMs } }: ServerContext, late: () => Error): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (reason?: Error): void => {
        timer?.cancel();
        this.#settle.delete(settle);
        if (reason === undefined) resolve();
        else reject(reason);
      };
      const timer = waitMs > 0 ? clock.setTimer(waitMs, () => settle(late())) : undefined;
      this.#settle.add(settle);
    });
  }

  /** It has happened; or, with a reason, never will. */
  settle(reason?: Error): void {
    for (const settle of [...this.#settle]) settle(reason);
  }
}
