import { isMoorlineError, redact } from '@moorline/core';
import { pino } from 'pino';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Structured lines on standard error, secrets taken out. */
export function createLogger(options: { name: string; level: LogLevel }): pino.Logger {
  return pino(
    {
      name: options.name,
      level: options.level,
      base: { name: options.name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (fields) => redactedFields(fields) },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}

/** Errors in full, as fields; everything without secrets. */
function redactedFields(fields: Record<string, unknown>): Record<string, unknown> {
  return redact(
    Object.fromEntries(
      Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? errorFields(value) : value]),
    ),
  );
}

function errorFields(error: Error): Record<string, unknown> {
  return isMoorlineError(error) ? error.toJSON() : { name: error.name, message: error.message, stack: error.stack };
}
