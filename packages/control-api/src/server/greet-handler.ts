import { decodeGreeting, encodeGreeting, type Greeting } from '../wire/greeting.js';
import { isControlApiError } from '../wire/control-api-error.js';

/** Answers a web-standard request. */
export type GreetHandler = (request: Request) => Promise<Response>;

export interface GreetHandlerOptions {
  /** Who answers: 1 to 64 characters. */
  name: string;
  /** Told of every greeting that came in. */
  onGreeting?: (greeting: Greeting) => void;
}

/** The answering half (docs/protocol.md §2): mounts wherever a `Request` can be had. */
export function createGreetHandler({ name, onGreeting }: GreetHandlerOptions): GreetHandler {
  return async (request) => {
    if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
    try {
      const greeting = decodeGreeting(await request.text());
      onGreeting?.(greeting);
    } catch (error) {
      if (isControlApiError(error)) return new Response(error.message, { status: 400 });
      throw error;
    }
    return new Response(encodeGreeting({ from: name }), { headers: { 'content-type': 'application/json' } });
  };
}
