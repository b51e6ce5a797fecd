import type { Logger } from '@moorline/core';
import type { Tagger } from '../../wire/models/administration.js';
import type { TaggerRunner } from './session-options.js';

/** Which taggers there are, and which of them look at all jobs right now. */
export class TaggerRuns {
  readonly #taggers: readonly TaggerRunner[];
  readonly #logger: Logger;
  readonly #running = new Set<string>();

  constructor(taggers: readonly TaggerRunner[], logger: Logger) {
    this.#taggers = taggers;
    this.#logger = logger;
  }

  list(): Tagger[] {
    return this.#taggers.map(({ name, type }) => ({ name, type, running: this.#running.has(name) }));
  }

  /** Starts one and does not wait for it. @returns why it cannot be started. */
  start(name: string): string | undefined {
    const tagger = this.#taggers.find((one) => one.name === name);
    if (tagger === undefined) return `unknown tagger: ${name}`;
    if (this.#running.has(name)) return `tagger ${name} is already running`;
    this.#running.add(name);
    void this.#run(tagger);
    return undefined;
  }

  async #run(tagger: TaggerRunner): Promise<void> {
    try {
      await tagger.run();
    } catch (error) {
      this.#logger.error({ err: error, tagger: tagger.name }, 'tagger failed');
    } finally {
      this.#running.delete(tagger.name);
    }
  }
}
