import { reasonOf } from './command.js';

/** What became of one program in one environment. */
export type Outcome =
  | { status: 'pass' }
  | { status: 'fail'; reason: string }
  /** It cannot run there: what is missing, or why it does not apply. */
  | {
      status: 'unavailable';
      reason: string;
      /** Whether it would be found so again: what could not be fetched may be there the next time. */
      isLasting?: boolean;
    };

/** One field of the matrix. */
export interface Cell {
  /** Of the environment: `node-20-esm`. */
  row: string;
  /** Of the program, a file in `e2e/programs/`: `login`. */
  program: string;
  outcome: Outcome;
  /** Whether the outcome is that of an earlier run, and nothing has changed since. */
  isKept: boolean;
}

export const pass: Outcome = { status: 'pass' };
export const fail = (reason: string): Outcome => ({ status: 'fail', reason });
/** @param error what was thrown; its message becomes one line. */
export const failedBy = (error: unknown): Outcome =>
  fail(reasonOf((error instanceof Error ? error.message : String(error)).split('\n')));
export const unavailable = (reason: string) => ({ status: 'unavailable', reason }) as const;

/**
 * Whether a cell is among the chosen ones.
 *
 * @param patterns `ROW`, `ROW/PROGRAM` or `/PROGRAM`, each with `*` for any text; none chooses all
 */
export function isChosen(row: string, program: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return true;
  return patterns.some((pattern) => {
    const [rowPattern = '', programPattern = '*'] = pattern.split('/');
    return matches(row, rowPattern || '*') && matches(program, programPattern);
  });
}

function matches(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[^\w-]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
