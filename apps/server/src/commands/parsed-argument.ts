import { ServerError } from '../error.js';

/** A JSON argument. @throws ServerError `bad_call`. */
export function parsedArgument(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new ServerError(`${json} is not JSON`, {
      code: 'bad_call',
      hint: `a text is written in quotes: '"${json.replaceAll(/["'\\]/g, '')}"'`,
      cause,
    });
  }
}
