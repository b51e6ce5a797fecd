import {
  isSessionMethod,
  methodFacts,
  parseSessionParams,
  type SessionMethod,
  type SessionRequestOptions,
  type SessionResponse,
  type SessionServer,
} from '@moorline/login-client/server';
import { ServerError } from '../error.js';

/**
 * Finds a method, and checks what it is to be asked with.
 *
 * @returns what asks it.
 * @throws ServerError `bad_call`.
 */
export function prepareRequest(
  name: string,
  params: unknown,
): {
  method: SessionMethod;
  ask: (server: SessionServer, machine: string, options: SessionRequestOptions) => Promise<SessionResponse>;
} {
  const method = Object.keys(methodFacts).find((known) => known.toLowerCase() === name.toLowerCase());
  if (method === undefined || !isSessionMethod(method)) {
    throw new ServerError(`agents have no method ${name}`, {
      code: 'bad_call',
      hint: `their methods are ${Object.keys(methodFacts).join(', ')}`,
    });
  }
  const parsed = paramsOf(method, params ?? {});
  return { method, ask: (server, machine, options) => server.request(machine, method, parsed, options) };
}

function paramsOf<M extends SessionMethod>(method: M, params: unknown) {
  let parsed;
  try {
    parsed = parseSessionParams(method, Buffer.from(JSON.stringify(params)));
  } catch (error) {
    throw badParams(method, error instanceof Error ? error.message : String(error));
  }
  // Agents pass over what they do not know; here that is a slip of the pen.
  const unknown = Object.keys(params as object).filter((key) => !(key in parsed));
  if (unknown.length > 0) throw badParams(method, `no request has ${unknown.join(', ')}`);
  return parsed;
}

const badParams = (method: SessionMethod, reason: string): ServerError =>
  new ServerError(`${method} does not take that: ${reason}`, {
    code: 'bad_call',
    hint: `it takes a JSON object, such as {"components":["cpu"]}`,
  });
