import { type Clock, isTimeoutError, withDeadline } from '@moorline/core';
import { documentedRefusal, Refusal } from './refusal.js';

export interface BodyLimits {
  maxBytes: number;
  /** Milliseconds; 0 turns it off. */
  timeoutMs: number;
  clock: Clock;
}

/**
 * The whole body of a request.
 *
 * @throws Refusal 413 when it is longer than allowed, 408 when it does not come in time, failure 1 when it breaks off.
 */
export async function readRequestBody(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  const { maxBytes, timeoutMs, clock } = limits;
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (request.body === null) return new Uint8Array();
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
  try {
    return await withDeadline(() => readAll(reader, maxBytes), {
      timeoutMs,
      clock,
      attempted: 'reading a login request',
    });
  } catch (error) {
    void reader.cancel().catch(() => undefined);
    if (error instanceof Refusal) throw error;
    if (isTimeoutError(error)) {
      throw new Refusal({ status: 408, reason: 'RequestTimeout', text: 'the request body did not arrive in time' });
    }
    throw documentedRefusal('cannot_parse_json', { detail: 'unexpected EOF' }, error);
  }
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(value);
  }
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal({ status: 413, reason: 'RequestTooLarge', text: `request body is larger than ${maxBytes} bytes` });
}
