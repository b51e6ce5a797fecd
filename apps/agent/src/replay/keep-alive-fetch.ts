import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** A `fetch` for very many small requests to one server. */
export interface KeepAliveFetch {
  fetch: typeof fetch;
  /** Closes its connections. */
  close(): void;
}

/**
 * Makes a `fetch` over Node's own HTTP client. It takes less than half of the processor's time that Node's built-in one
 * takes, which bounds a replay; it follows no redirects, and takes bodies as text or bytes alone.
 *
 * @param connections kept open at most.
 */
export function createKeepAliveFetch(connections: number): KeepAliveFetch {
  const options = { keepAlive: true, maxSockets: connections };
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) };
  return {
    fetch: (input, init = {}) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const isPlain = url.protocol === 'http:';
      const { method = 'GET', body, signal } = init;
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const headers: Record<string, string> = Object.fromEntries(new Headers(init.headers));
        const bytes = typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body) : undefined;
        if (bytes !== undefined) headers['content-length'] = String(bytes.length);
        const outgoing = (isPlain ? httpRequest : httpsRequest)(
          url,
          { method, headers, agent: isPlain ? agents['http:'] : agents['https:'], ...(signal ? { signal } : {}) },
          (answer) => {
            readAnswer(answer).then(resolve, reject);
          },
        );
        outgoing.once('error', reject);
        outgoing.end(bytes);
      });
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

/** Statuses whose answers have no body. */
const bodiless = new Set([204, 205, 304]);

function readAnswer(answer: IncomingMessage): Promise<Response> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.once('error', reject);
    answer.once('end', () => {
      const { statusCode: status = 0 } = answer;
      const headers = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
      resolve(new Response(bodiless.has(status) ? null : Buffer.concat(chunks), { status, headers }));
    });
  });
}
