import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { RPCClient } from '../../src/index.js';
import {
  createDaemonListener,
  type DaemonListenerOptions,
  DaemonRegistry,
  type DaemonRegistryOptions,
} from '../../src/transports.js';
import { dialRaw, type RawDaemon } from './frames.js';

/** A service of ours, and daemons on bare sockets. */
export interface Service {
  port: number;
  registry: DaemonRegistry;
  /** Dials in on a bare socket; resolves when the service has its client. */
  dial(): Promise<{ daemon: RawDaemon; client: RPCClient }>;
}

export async function startService(
  options: Partial<DaemonListenerOptions> & Omit<DaemonRegistryOptions, 'onConnect'> = {},
): Promise<Service> {
  const waiting: ((client: RPCClient) => void)[] = [];
  const registry = new DaemonRegistry({ ...options, onConnect: ({ client }) => waiting.shift()?.(client) });
  const listener = createDaemonListener({ authenticate: ({ token }) => token, ...options, registry });
  const server = createServer((request, response) => {
    const answer = listener.answer(new Request(`http://h${request.url}`, { method: request.method ?? 'GET' }));
    response.writeHead(answer?.status ?? 404, Object.fromEntries(answer?.headers ?? []));
    void answer?.text().then((text) => response.end(text));
  });
  server.on('upgrade', (request, socket, head) => void listener.acceptDaemon(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    registry.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    registry,
    async dial() {
      const client = new Promise<RPCClient>((resolve) => waiting.push(resolve));
      return { daemon: await dialRaw(port, '/v11/daemon', 't'), client: await client };
    },
  };
}
