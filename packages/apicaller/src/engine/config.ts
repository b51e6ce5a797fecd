import { type Clock, type Logger, silentLogger, systemClock } from '@moorline/core';
import { ApicallerError } from '../error.js';

/** How an engine decides and how long it waits (docs/engine.md §2). Durations are milliseconds. */
export interface EngineConfig {
  /** Whether an error, already filtered by its manifold, ends the whole engine. */
  isFatal: (error: unknown) => boolean;
  /**
   * Which of two fatal errors the engine ends with: the new one is first, the worst so far (undefined for none) second.
   * {@link rankedErrors} writes this and `isFatal` from one ranking.
   */
  worstError: (error: unknown, worst: unknown) => unknown;
  /** Translates the error with which `wait()` rejects; also called, with undefined, where there is none. */
  filter?: ((error: unknown) => unknown) | undefined;
  /** Before a start that follows an error, ≥ 0. Default 3,000. */
  errorDelayMs?: number | undefined;
  /** Before a start that follows a change of an input, or {@link ErrBounce}, ≥ 0. Default 10. */
  bounceDelayMs?: number | undefined;
  /** Each delay is this many times the one before while errors follow one another: 0 turns back-off off, else ≥ 1. Default 1.2. */
  backoffFactor?: number | undefined;
  /** A worker that ran this long before it failed begins the back-off anew, ≥ 0. Default 60,000. */
  backoffResetMs?: number | undefined;
  /** Bound of the back-off before jitter (± 10 %), ≥ 0; 0 for none. Default 120,000. */
  maxDelayMs?: number | undefined;
  /** Told of each worker that came up. Default: nobody. */
  metrics?: EngineMetrics | undefined;
  /** Default: the runtime's time. */
  clock?: Clock | undefined;
  /** Default: silent. */
  logger?: Logger | undefined;
  /** Uniform in [0, 1), for the jitter of delays. Default `Math.random`. */
  random?: (() => number) | undefined;
}

/** Counts what an engine does. */
export interface EngineMetrics {
  /** A worker of this manifold came up. */
  recordStart(name: string): void;
}

/** An {@link EngineConfig} with every gap filled and every value checked. */
export type CheckedConfig = {
  [Key in Exclude<keyof EngineConfig, 'filter'>]-?: Exclude<EngineConfig[Key], undefined>;
} & {
  filter: (error: unknown) => unknown;
};

/** @throws ApicallerError `invalid_config` at the first value that cannot be. */
export function checkConfig(config: EngineConfig): CheckedConfig {
  const checked: CheckedConfig = {
    isFatal: config.isFatal,
    worstError: config.worstError,
    filter: config.filter ?? ((error) => error),
    errorDelayMs: config.errorDelayMs ?? 3_000,
    bounceDelayMs: config.bounceDelayMs ?? 10,
    backoffFactor: config.backoffFactor ?? 1.2,
    backoffResetMs: config.backoffResetMs ?? 60_000,
    maxDelayMs: config.maxDelayMs ?? 120_000,
    metrics: config.metrics === undefined ? { recordStart: () => undefined } : config.metrics,
    clock: config.clock === undefined ? systemClock : config.clock,
    logger: config.logger === undefined ? silentLogger : config.logger,
    random: config.random ?? Math.random,
  };
  requireFunction(checked.isFatal, 'IsFatal not specified');
  requireFunction(checked.worstError, 'WorstError not specified');
  requireDuration(checked.errorDelayMs, 'ErrorDelay');
  requireDuration(checked.bounceDelayMs, 'BounceDelay');
  const factor = checked.backoffFactor;
  if (factor !== 0 && !(Number.isFinite(factor) && factor >= 1)) throw invalid(`BackoffFactor ${factor} must be >= 1`);
  requireDuration(checked.backoffResetMs, 'BackoffResetTime');
  requireDuration(checked.maxDelayMs, 'MaxDelay');
  requireMethods(checked.clock, ['now', 'monotonic', 'setTimer'], 'Clock');
  requireMethods(checked.metrics, ['recordStart'], 'Metrics');
  requireMethods(checked.logger, ['debug', 'info', 'warn', 'error'], 'Logger');
  return checked;
}

function requireFunction(value: unknown, complaint: string): void {
  if (typeof value !== 'function') throw invalid(complaint);
}

function requireDuration(value: number, name: string): void {
  if (value < 0) throw invalid(`${name} is negative`);
  if (!Number.isFinite(value)) throw invalid(`${name} ${value} is not a finite number of milliseconds`);
}

function requireMethods(value: unknown, methods: readonly string[], name: string): void {
  const has = (method: string) =>
    typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[method] === 'function';
  if (!methods.every(has)) throw invalid(`missing ${name} not valid`);
}

function invalid(complaint: string): ApicallerError {
  return new ApicallerError(`invalid config: ${complaint}`, { code: 'invalid_config' });
}
