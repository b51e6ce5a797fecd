import { CcApiError } from '../wire/error.js';

/** A body and what it is called. */
export interface Payload {
  body: string;
  contentType: string;
}

/** @throws CcApiError `invalid_option` for what JSON cannot hold. */
export function json(value: unknown): Payload {
  return { body: toText(value), contentType: 'application/json' };
}

/** A form, without the members that have no value. */
export function form(members: Readonly<Record<string, string | undefined>>): Payload {
  const given = Object.entries(members).filter((member): member is [string, string] => member[1] !== undefined);
  return { body: new URLSearchParams(given).toString(), contentType: 'application/x-www-form-urlencoded' };
}

function toText(value: unknown): string {
  const hint = 'leave out functions, bigints and circles';
  try {
    const text: string | undefined = JSON.stringify(value);
    if (text !== undefined) return text;
  } catch (cause) {
    throw new CcApiError('the body cannot be written as JSON', { code: 'invalid_option', hint, cause });
  }
  throw new CcApiError(`a body of type ${typeof value} cannot be written as JSON`, { code: 'invalid_option', hint });
}
