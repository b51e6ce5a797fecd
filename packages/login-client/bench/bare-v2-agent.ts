import { once } from 'node:events';
import { connect } from 'node:http2';
import type { StubOptions } from '../test/support/v1-stub.js';

/** Holds one bare stream of HTTP/2, and answers each frame in it with `{}`. */
export async function connectBareV2({ address, ca, machineId = '' }: StubOptions): Promise<{ destroy(): void }> {
  const session = connect(`https://127.0.0.1:${address.port}`, { ca });
  session.on('error', () => undefined);
  const headers = { ':method': 'POST', ':path': '/', 'x-gpud-machine-id': machineId };
  const stream = session.request(headers, { endStream: false });
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    // Small frames come whole, and often several at once.
    for (const frame of chunk.toString().split(/(?<=\})(?=\{)/)) {
      const { req_id } = JSON.parse(frame) as { req_id: string };
      stream.write(JSON.stringify({ data: 'e30=', req_id }));
    }
  });
  await once(stream, 'response');
  return { destroy: () => session.destroy() };
}
