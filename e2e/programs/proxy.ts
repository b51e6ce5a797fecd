import { connectProxy, isProxyError } from '@moorline/proxy-protocol';
import { createFakeProxy } from '@moorline/proxy-protocol/testing';
import { encodeV2Request, V2MessageReader } from '@moorline/proxy-protocol/wire';
import { equal, failureOf } from './check.js';

/** Reads a message byte by byte, then attaches to a proxy that says what this program wants it to. */
export async function run(): Promise<void> {
  const reader = new V2MessageReader();
  for (const byte of encodeV2Request('attach', { containerId: 'orchard' })) reader.push(Uint8Array.of(byte));
  equal(new TextDecoder().decode(reader.read()).includes('orchard'), true);

  const fake = await createFakeProxy({
    answer: ({ name }) => (name === 'bye' ? { error: 'unknown containerID: pear' } : undefined),
  });
  const client = await connectProxy({ path: fake.path });
  await client.attach('pear');
  const error = await failureOf(client.bye('pear'));
  equal(isProxyError(error) && error.text, 'unknown containerID: pear');
  equal(
    fake.requests.map(({ name }) => name),
    ['attach', 'bye'],
  );
  await client.close();
  await fake.close();
}
