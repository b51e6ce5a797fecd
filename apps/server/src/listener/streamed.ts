import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';

/** Only the path of a request counts. */
const here = 'http://localhost';

const isWanted = (name: string): boolean =>
  ['authorization', 'accept', 'content-type', 'content-length'].includes(name) || name.startsWith('x-gpud-');

/** A request as web-standard handlers take it; the body is read by the handler, once it knows the sender. */
export function streamed({ url, method, headers, raw }: FastifyRequest): Request {
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && isWanted(name) ? [[name, value]] : [],
  );
  const body = method === 'POST' ? { body: Readable.toWeb(raw) as ReadableStream, duplex: 'half' } : {};
  return new Request(new URL(url, here), { method, headers: kept, ...body } as RequestInit);
}
