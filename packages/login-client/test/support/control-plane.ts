import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { onTestFinished } from 'vitest';
import { type Certificate, makeCertificate } from '../../../../tools/testenv/certificates.js';
import { fetchTrusting } from './certificates.js';

/** A request as it came over the wire. */
export interface Seen {
  method: string;
  url: string;
  headers: Record<string, string>;
  rawHeaders: string[];
  body: string;
}

/** What the scripted server answers; or a function that answers by itself. */
export type Script =
  | { status?: number; headers?: Record<string, string>; body?: string | Uint8Array }
  | ((request: IncomingMessage, response: ServerResponse, seen: Seen) => void);

export interface ControlPlane {
  /** `127.0.0.1:port`. */
  authority: string;
  port: number;
  requests: Seen[];
  /** Trusts the server's certificate. */
  fetch: typeof fetch;
  certificate: Certificate;
  answer(script: Script): void;
}

export const success: Script = { body: '{"machineID":"m-0017","token":"sess-2Q8k"}' };

let shared: Promise<Certificate> | undefined;

/** A real HTTPS server on loopback with a certificate of its own that answers as it is told. */
export async function startControlPlane(script: Script = success): Promise<ControlPlane> {
  const certificate = await (shared ??= makeCertificate());
  const requests: Seen[] = [];
  let current = script;
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const { method = '', url = '', rawHeaders } = request;
      const seen = { method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString() };
      requests.push(seen);
      if (typeof current === 'function') {
        current(request, response, seen);
        return;
      }
      response.writeHead(current.status ?? 200, { 'content-type': 'application/json', ...current.headers });
      response.end(current.body ?? '');
    });
  };
  const server = createServer(certificate, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const trusting = fetchTrusting(certificate);
  onTestFinished(async () => {
    await trusting.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    authority: `127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    fetch: trusting.fetch,
    certificate,
    answer: (next) => void (current = next),
  };
}
