import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** One request as it arrived. */
export interface Received {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What to do with one request. */
export type Step = (response: ServerResponse, request: Received) => void;

/** A server over real sockets that does one step after the other. */
export interface ScriptedServer {
  baseUrl: string;
  received: readonly Received[];
  close(): Promise<void>;
}

export async function scripted(...steps: Step[]): Promise<ScriptedServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
      received.push(one);
      const step = steps[received.length - 1];
      if (step === undefined) response.writeHead(599).end(`no step for request ${received.length}`);
      else step(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function answer(status: number, body: unknown = '', headers: Record<string, string | string[]> = {}): Step {
  return (response) => {
    for (const [name, value] of Object.entries(headers)) response.appendHeader(name, value);
    response.writeHead(status).end(typeof body === 'string' ? body : `${JSON.stringify(body)}\n`);
  };
}

/** Takes the request and closes the connection: the client cannot know whether it was carried out. */
export const vanish: Step = (response) => void response.destroy();

/** Never answers. @param onRequest told when the request is there. */
export function hang(onRequest: (response: ServerResponse) => void = () => undefined): Step {
  return (response) => onRequest(response);
}

export function failure(status: number, error: string): Step {
  return answer(status, { status: 'Reason', error });
}
