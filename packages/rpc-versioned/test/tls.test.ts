import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { makeCertificate } from '../../../tools/testenv/certificates.js';
import {
  connectDaemon,
  createDaemonListener,
  DaemonRegistry,
  dialDaemon,
  type RegisteredDaemon,
} from '../src/transports.js';

it('calls pass over TLS, with an answer of megabytes; a certificate that is not trusted is refused', async () => {
  const certificate = await makeCertificate();
  const connected: ((daemon: RegisteredDaemon) => void)[] = [];
  const registry = new DaemonRegistry({ onConnect: (daemon) => connected.shift()?.(daemon) });
  const listener = createDaemonListener({ registry, authenticate: ({ token }) => token });
  const server = createServer(certificate);
  server.on('upgrade', (request, socket, head) => void listener.acceptDaemon(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  const refused: unknown = await dialDaemon({ url, token: 't' }).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: 'dial_failed',
    status: undefined,
    cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  });

  const isUp = new Promise<RegisteredDaemon>((resolve) => connected.push(resolve));
  const big = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index));
  const daemon = connectDaemon({ url, token: 't', tls: { ca: certificate.cert }, handler: { export: () => big } });
  onTestFinished(() => daemon.close());
  const { client } = await isUp;
  const [bytes] = await Promise.all([client.export(), client.ping()]);
  expect(Buffer.from(bytes).equals(big)).toBe(true);
});
