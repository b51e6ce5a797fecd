import { CcApiCliError, type CcApiCliErrorCode } from '../error.js';
import { shown, toPointer } from './pointer.js';

/** Where in which document a check is. */
export interface Place {
  /** What is being checked, for messages. */
  source: string;
  path: readonly (string | number)[];
}

export const at = (place: Place, ...more: (string | number)[]): Place => ({ ...place, path: [...place.path, ...more] });

/** The error that says what is wrong at a place. */
export function fault(code: CcApiCliErrorCode, place: Place, what: string, hint?: string): CcApiCliError {
  const pointer = toPointer(place.path);
  return new CcApiCliError(`${place.source}: ${what}, at ${shown(pointer)}`, { code, pointer, hint });
}
