import { ControlApiError } from '../wire/error.js';

/** @throws ControlApiError `not_found`: always. */
export function nothing(what: string): never {
  throw new ControlApiError(`there is no ${what}`, {
    code: 'not_found',
    hint: 'look at the list that it should be in; what may not be seen is not told from what is not there',
  });
}

const tokenHint =
  'send "Authorization: Bearer …" with a token of POST /moorline/v1/token or of moorline-server jwt create';

/** @param hint in place of how to get a token. */
export const unauthorized = (message: string, hint = tokenHint): ControlApiError =>
  new ControlApiError(message, { code: 'unauthorized', hint });

export const forbidden = (message: string, hint: string): ControlApiError =>
  new ControlApiError(message, { code: 'forbidden', hint });
