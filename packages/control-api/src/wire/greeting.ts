import { ControlApiError } from './control-api-error.js';

/** The one message of the protocol (docs/protocol.md §1). */
export interface Greeting {
  /** Who says it: 1 to 64 characters. */
  from: string;
}

export function encodeGreeting({ from }: Greeting): string {
  return JSON.stringify({ from });
}

/** @throws ControlApiError `bad_greeting` for any other text than a greeting. */
export function decodeGreeting(text: string): Greeting {
  const value = parse(text);
  const from = typeof value === 'object' && value !== null && 'from' in value ? value.from : undefined;
  if (typeof from === 'string' && from.length >= 1 && from.length <= 64) return { from };
  throw new ControlApiError('decode a greeting: "from" is not a text of 1 to 64 characters', { code: 'bad_greeting' });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ControlApiError('decode a greeting: not JSON', { code: 'bad_greeting', cause });
  }
}
