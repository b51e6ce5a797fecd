import { once } from 'node:events';
import { createServer, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../../tools/testenv/temporary-folder.js';
import { fromDuplex, newClientV11, isFatalError } from '../index.js';
import { newServer } from '../server.js';

/** Two connected sockets of the system. */
async function socketPair(): Promise<[Socket, Socket]> {
  const path = join(temporaryFolder(), 's');
  const listener = createServer().listen(path);
  onTestFinished(() => void listener.close());
  await once(listener, 'listening');
  const accepted = once(listener, 'connection');
  const near = connect(path);
  const [far] = (await accepted) as [Socket];
  onTestFinished(() => void near.destroy());
  onTestFinished(() => void far.destroy());
  return [near, far];
}

it('carries calls over a unix socket, in whatever pieces they arrive', async () => {
  const [near, far] = await socketPair();
  const big = new Uint8Array(300_000).map((_, index) => index);
  const served = newServer({ export: () => big, syncStatus: (ref) => [ref] }).serveConn(fromDuplex(far));
  const client = newClientV11(fromDuplex(near));
  const refs = Array.from({ length: 200 }, (_, index) => `ref-${index}-é`);
  const [bytes, ...answers] = await Promise.all([client.export(), ...refs.map((ref) => client.syncStatus(ref))]);
  expect(Buffer.compare(bytes, big)).toBe(0);
  expect(answers.flat()).toEqual(refs);
  client.close();
  await served;
  if (!far.destroyed) await once(far, 'close');
});

it('ends what is in flight when the socket is torn', async () => {
  const [near, far] = await socketPair();
  const client = newClientV11(fromDuplex(near));
  const call = client.ping().catch((error: unknown) => error);
  await once(far, 'data');
  far.destroy();
  const error = await call;
  expect(isFatalError(error)).toBe(true);
  expect(await client.ended).toBe(error);
});
