import type { Logger, LogMethod } from '../logger.js';

/** One line that was logged. */
export interface LogRecord {
  level: keyof Logger;
  fields: object;
  message: string;
}

/** A logger that keeps what it is told. */
export interface RecordingLogger extends Logger {
  readonly records: readonly LogRecord[];
  /** Everything logged as one text: search it for secrets that must not be there. */
  text(): string;
}

export function createRecordingLogger(): RecordingLogger {
  const records: LogRecord[] = [];
  const at =
    (level: keyof Logger): LogMethod =>
    (fields, message) =>
      void records.push({ level, fields, message });
  return {
    records,
    text: () =>
      records.map((record) => `${record.level} ${record.message} ${JSON.stringify(record.fields)}`).join('\n'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
}
