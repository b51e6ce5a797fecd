import type { EngineConfig } from './config.js';

/**
 * Writes `isFatal` and `worstError` of an {@link EngineConfig} from one ranking. Of two errors of the same rank the
 * earlier one stays.
 *
 * ```ts
 * createEngine({ ...rankedErrors((error) => (isTerminate(error) ? 2 : isRestart(error) ? 1 : 0)) });
 * ```
 *
 * @param rank how bad an error is: above 0 it is fatal, and the highest is what the engine ends with.
 */
export function rankedErrors(rank: (error: unknown) => number): Pick<EngineConfig, 'isFatal' | 'worstError'> {
  return {
    isFatal: (error) => rank(error) > 0,
    worstError: (error, worst) => (worst === undefined || rank(error) > rank(worst) ? error : worst),
  };
}
