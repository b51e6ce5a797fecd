import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';

/** A request as web-standard handlers take it, with all its headers; the body is read by the handler, once it knows the sender. */
export function webRequest({ url, method, headers, protocol, host, raw }: FastifyRequest): Request {
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    // Those of HTTP/2 that begin with a colon are the request line.
    value === undefined || name.startsWith(':') ? [] : [value].flat().map((one) => [name, one]),
  );
  if (headers.host === undefined) kept.push(['host', host]);
  const origin = `${protocol}://${host}`;
  const address = URL.canParse(url, origin) ? new URL(url, origin) : new URL(url, 'http://localhost');
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: Readable.toWeb(raw), duplex: 'half' };
  return new Request(address, { method, headers: kept, ...body } as RequestInit);
}
