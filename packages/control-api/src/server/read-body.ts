import { readAtMost } from '@moorline/core';
import { ControlApiError } from '../wire/error.js';

/**
 * The JSON of a body.
 *
 * @param maxBytes a longer one is not read to its end.
 * @throws ControlApiError `body_too_large`, `bad_body`.
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const bytes = await readAtMost(request, maxBytes);
  if (bytes === undefined) throw tooLarge(maxBytes);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new ControlApiError('the body is not JSON', { code: 'bad_body', hint: 'send a JSON object', cause });
  }
}

const tooLarge = (maxBytes: number): ControlApiError =>
  new ControlApiError('the body is too large', { code: 'body_too_large', hint: `send ${sizeText(maxBytes)} at most` });

/** `4KiB` */
function sizeText(bytes: number): string {
  const units = ['', 'KiB', 'MiB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && value % 1024 === 0 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value}${units[unit]}`;
}
