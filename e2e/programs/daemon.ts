import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectDaemon, createDaemonListener, DaemonRegistry } from '@moorline/rpc-versioned/transports';
import { equal } from './check.js';

/** A daemon dials a service over a websocket, and the service calls it. */
export async function run(): Promise<void> {
  let arrived = (): void => undefined;
  const connected = new Promise<void>((resolve) => (arrived = resolve));
  const registry = new DaemonRegistry({ onConnect: () => arrived() });
  const daemons = createDaemonListener({ registry, basePath: '/api/flux', authenticate: () => 'berth-7' });
  const server = createServer().on('upgrade', (request, socket, head) => {
    if (!daemons.acceptDaemon(request, socket, head)) socket.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');

  const { port } = server.address() as AddressInfo;
  const daemon = connectDaemon({
    url: `http://127.0.0.1:${port}/api/flux`,
    allowInsecureHttp: true,
    handler: { version: () => '1.25.4' },
  });
  await connected;
  equal(await registry.call('berth-7', (client) => client.version({ timeoutMs: 5000 })), '1.25.4');

  await daemon.close();
  await new Promise((resolve) => server.close(resolve));
}
