import { isMoorlineError } from '@moorline/core';

/** A failure as lines for a person. */
export function explain(error: unknown): string {
  if (!isMoorlineError(error)) return `cc-api: ${error instanceof Error ? error.message : String(error)}\n`;
  const hint = error.hint === undefined ? '' : `  hint: ${error.hint}\n`;
  return `cc-api: ${error.message} (${error.code})\n${hint}`;
}
