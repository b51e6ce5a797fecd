import type { CheckedConfig } from './config.js';

/** Which errors end an engine, and with which of them it ends (docs/engine.md §6). */
export class Verdict {
  readonly #config: Pick<CheckedConfig, 'isFatal' | 'worstError' | 'filter'>;
  /** The worst fatal error so far, not yet filtered. */
  #worst: unknown;
  /** What `isFatal` or `worstError` threw: whoever cannot judge cannot go on. */
  #failure: unknown;

  constructor(config: Pick<CheckedConfig, 'isFatal' | 'worstError' | 'filter'>) {
    this.#config = config;
  }

  /** Whether the error ends the engine. Keeps the worst. */
  isFatal(error: unknown): boolean {
    try {
      if (!this.#config.isFatal(error)) return false;
      this.#worst = this.#config.worstError(error, this.#worst) ?? undefined;
    } catch (thrown) {
      this.#failure ??= thrown;
    }
    return true;
  }

  /** The error that the engine ends with, as far as it is known; undefined for none. */
  outcome(): unknown {
    if (this.#failure !== undefined) return this.#failure;
    try {
      return this.#config.filter(this.#worst) ?? undefined;
    } catch (thrown) {
      return thrown;
    }
  }
}
