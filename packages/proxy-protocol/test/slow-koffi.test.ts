import { expect, it, onTestFinished, vi } from 'vitest';
import { connectProxy } from '../src/index.js';
import { encodeV2Response } from '../src/wire/v2/response.js';
import { scriptedProxy } from './support/scripted-proxy.js';

/** Settles as the test says: what passes descriptors is being loaded until then. */
const loading = vi.hoisted(() => {
  let fail: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_, reject) => (fail = reject));
  return { promise, fail: (error: Error) => fail(error) };
});
vi.mock('../src/fd/fd-passing.js', async (original) => ({
  ...(await original<object>()),
  loadFdPassing: () => loading.promise,
}));

it('an answer that comes before its request was sent is none', async () => {
  const proxy = await scriptedProxy();
  const client = await connectProxy({ path: proxy.path });
  onTestFinished(() => client.close());
  const peer = await proxy.accept();
  const call = client.allocateIo(1).catch((error: unknown) => error);
  await peer.write(encodeV2Response({ ioBase: 1n }));
  expect(await call).toMatchObject({ code: 'invalid_response', isFatal: true });
  loading.fail(new Error('too late to matter'));
  await peer.ended();
});
