import { type Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

export interface Sent {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
}

export interface Received {
  status: number;
  /** Each header with all of its values, as many as were sent. */
  headers: ReadonlyMap<string, readonly string[]>;
  /** Unpacked. */
  text: string;
}

/** One request over a plain socket: redirects stay, headers sent twice stay two, DELETE and GET may have a body. */
export function send({ method, url, headers, body }: Sent, agent: Agent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sending = request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
      buffer(response).then((bytes) => {
        const received = valuesOf(response.rawHeaders);
        const text = (received.has('content-encoding') ? gunzipSync(bytes) : bytes).toString();
        resolve({ status: response.statusCode ?? 0, headers: received, text });
      }, reject);
    });
    sending.on('error', reject).end(body ?? undefined);
  });
}

function valuesOf(raw: readonly string[]): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]?.toLowerCase() ?? '';
    values.set(name, [...(values.get(name) ?? []), raw[at + 1] ?? '']);
  }
  return values;
}
