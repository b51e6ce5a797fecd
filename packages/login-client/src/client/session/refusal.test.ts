import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFakeClock } from '@moorline/core/testing';
import { expect, it, onTestFinished } from 'vitest';
import { refusalOf } from './refusal.js';

it('gives up on the body of a refusal that does not end, as the original never does', async () => {
  const server = createServer((_request, response) => void response.writeHead(503).write('{"message":'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const response = await new Promise<IncomingMessage>((resolve) => get({ host: '127.0.0.1', port }, resolve));
  const clock = createFakeClock();
  const credentials = { machineId: 'm', sessionToken: 's' };
  const refusal = refusalOf(response, { attempted: 'Post' }, { credentials, clock });
  await clock.advance(10_000);
  expect(await refusal).toMatchObject({ code: 'session_refused', status: 503 });
  expect(response.destroyed).toBe(true);
});
