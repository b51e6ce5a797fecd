export { createFakeClock, type FakeClock } from './testing/fake-clock.js';
export { createRecordingLogger, type LogRecord, type RecordingLogger } from './testing/recording-logger.js';
