import { type Logger, silentLogger } from '@moorline/core';
import { errorReport } from './error-text.js';
import type { Installed } from './installed.js';

/** Writes what happens to a manifold to the log. */
export type Journal = (level: keyof Logger, node: Installed, what: string, error?: unknown) => void;

/** A logger that throws must not leave an event half handled: what it throws is dropped. */
export function journal(logger: Logger): Journal {
  if (logger === silentLogger) return () => undefined;
  return (level, node, what, error) => {
    const fields = { manifold: node.name, ...(error === undefined ? {} : { error: errorReport(error) }) };
    try {
      logger[level](fields, `"${node.name}" manifold ${what}`);
    } catch {
      // There is nobody left to tell.
    }
  };
}
