import { createGreetHandler, type GreetHandlerOptions } from '../server/greet-handler.js';

/** A `fetch` that is answered in the same process, without a socket: for the tests of whoever uses the client. */
export function createMemoryFetch(options: GreetHandlerOptions): typeof fetch {
  const answer = createGreetHandler(options);
  return (input, init) => answer(new Request(input, init));
}
