import pino from 'pino';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Logger, silentLogger } from '../logger.js';
import { createRecordingLogger } from './recording-logger.js';

describe('createRecordingLogger', () => {
  it('keeps what it is told, as records and as text', () => {
    const logger = createRecordingLogger();
    logger.warn({ berth: 4 }, 'drifting');
    logger.debug({}, 'fine');
    expect(logger.records).toEqual([
      { level: 'warn', fields: { berth: 4 }, message: 'drifting' },
      { level: 'debug', fields: {}, message: 'fine' },
    ]);
    expect(logger.text()).toBe('warn drifting {"berth":4}\ndebug fine {}');
  });
});

describe('Logger', () => {
  it('is satisfied by console and by pino as they are', () => {
    expectTypeOf(console).toExtend<Logger>();
    expectTypeOf(pino()).toExtend<Logger>();
  });
  it('has a silent default', () => {
    expect(silentLogger.info({}, 'x')).toBeUndefined();
  });
});
