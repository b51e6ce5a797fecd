import { createEngine, type Engine, type EngineConfig } from '@moorline/apicaller';
import type { Timer } from '@moorline/core';
import { createFakeClock, createRecordingLogger, type FakeClock, type RecordingLogger } from '@moorline/core/testing';

/** An engine in fake time. */
export interface TestEngine {
  engine: Engine;
  clock: FakeClock;
  logger: RecordingLogger;
  /** Every delay that was asked of the clock, milliseconds. */
  delays: number[];
  /** Errors and what is worse than info, as they were logged. */
  complaints(): string[];
  /** Lets `ms` milliseconds pass, one by one, with everything that follows from each before the next. */
  pass(ms: number): Promise<void>;
}

/** Nothing is fatal, and delays are exact, unless `config` says otherwise. */
export function testEngine(config: Partial<EngineConfig> = {}): TestEngine {
  const clock = createFakeClock(Date.UTC(2026, 0, 2, 3, 4, 5));
  const logger = createRecordingLogger();
  const delays: number[] = [];
  const setTimer = (delayMs: number, callback: () => void): Timer => {
    delays.push(delayMs);
    return clock.setTimer(delayMs, callback);
  };
  const engine = createEngine({
    isFatal: () => false,
    worstError: (error) => error,
    clock: { ...clock, now: () => clock.now(), monotonic: () => clock.monotonic(), setTimer },
    logger,
    random: () => 0.5,
    ...config,
  });
  return {
    engine,
    clock,
    logger,
    delays,
    complaints: () =>
      logger.records.filter(({ level }) => level !== 'debug').map(({ level, message }) => `${level} ${message}`),
    async pass(ms) {
      await quiet();
      for (let passed = 0; passed < ms; passed++) {
        await clock.advance(1);
        await quiet();
      }
    },
  };
}

/** Everything that can happen without time passing has happened. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
