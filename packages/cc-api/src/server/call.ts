import type { Clock, Logger } from '@moorline/core';
import { decodeGoJson } from '../wire/go-json/decode.js';
import type { GoType } from '../wire/go-json/types.js';
import type { Principal } from './auth/principal.js';
import type { CcBackend } from './backend.js';
import type { CcRequest, CcResponse } from './exchange.js';
import type { DecodeMetrics } from './decode-metrics.js';
import { failure } from './reply.js';

/** What every handler works with. */
export interface HandlerContext {
  backend: CcBackend;
  decodeMetrics: DecodeMetrics;
  clock: Clock;
  logger: Logger;
  maxBodyBytes: number;
  /** Longest document of a machine. */
  maxMachineStateBytes: number;
}

/** One request on its way through a handler, credential checked. */
export interface Call {
  request: CcRequest;
  principal: Principal;
  /** What stands in the place of the path's last parameter, as sent; empty on the routes that have none. */
  id: string;
  /** What stands in the place of the parameter before that. */
  cluster: string;
  context: HandlerContext;
}

/** Answers one operation. A rejection becomes a 500 with a neutral text. */
export type Handler = (call: Call) => Promise<CcResponse>;

export type Read<T> = { ok: true; value: T } | { ok: false; response: CcResponse };

/** @param maxBytes a bound below the server's own. */
export async function readBody(
  { request, context }: Pick<Call, 'request' | 'context'>,
  maxBytes = Infinity,
): Promise<Read<Uint8Array>> {
  const most = Math.min(maxBytes, context.maxBodyBytes);
  try {
    const value = await request.body(most);
    if (value !== undefined) return { ok: true, value };
    return { ok: false, response: failure(413, `the body is longer than ${most} bytes`) };
  } catch (error) {
    // The client went away: nobody reads this answer, and nothing of a half body is acted upon.
    context.logger.debug({ err: error, path: request.path }, 'the body broke off');
    return { ok: false, response: failure(400, 'the body broke off') };
  }
}

/** What stands in a path: decoded, unless that would put a slash into it, which the original's router leaves as it was sent. */
export function segmentText(segment: string): string {
  if (/%2f/i.test(segment)) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** @param wrong what goes before Go's text for a body that does not fit: `parsing request body failed`. */
export async function readJson<T>(call: Call, type: GoType<T>, wrong: string): Promise<Read<T | undefined>> {
  const body = await readBody(call);
  if (!body.ok) return body;
  const result = decodeGoJson(body.value, type);
  return result.ok ? result : { ok: false, response: failure(400, `${wrong}: ${result.error}`) };
}
