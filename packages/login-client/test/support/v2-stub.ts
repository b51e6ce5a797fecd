import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2';
import { encodeGrpcMessage, GrpcReader } from '../../src/wire/session/grpc-reader.js';
import { decodeManagerPacket, encodeHello, encodeResult, type ManagerPacket } from '../../src/wire/session/packet.js';
import { connectPath } from '../../src/wire/session/paths.js';
import { Queue } from './queue.js';
import type { StubOptions } from './v1-stub.js';

/** An agent of version 2, answered by the test. */
export interface V2Stub {
  readonly session: ClientHttp2Session;
  readonly stream: ClientHttp2Stream;
  readonly packets: Queue<ManagerPacket>;
  /** Headers of the answer, as they came. */
  readonly headers: Promise<IncomingHttpHeaders>;
  readonly trailers: Promise<IncomingHttpHeaders>;
  readonly closed: Promise<void>;
  hello(agentVersion?: string, maxReceiveMessageBytes?: number): void;
  reply(id: string, payload: object): void;
  /** Bytes behind a prefix of their length. */
  send(message: Uint8Array): void;
  answerAll(answer: (packet: ManagerPacket) => object): void;
  destroy(): void;
}

export function connectV2(options: StubOptions): V2Stub {
  const { address, ca, token, machineId = 'm-0017', path = connectPath } = options;
  const session = connect(`https://127.0.0.1:${address.port}`, { ca });
  session.on('error', () => undefined);
  const stream = session.request(
    {
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      authorization: `Bearer ${token}`,
      'x-gpud-machine-id': machineId,
    },
    { endStream: false },
  );
  stream.on('error', () => undefined);
  const packets = new Queue<ManagerPacket>();
  const reader = new GrpcReader();
  stream.on('data', (chunk: Buffer) => reader.push(chunk, (message) => packets.push(decodeManagerPacket(message))));
  const headers = once(stream, 'response').then(([given]: IncomingHttpHeaders[]) => given ?? {});
  const trailers = once(stream, 'trailers').then(([given]: IncomingHttpHeaders[]) => given ?? {});
  for (const promise of [headers, trailers]) promise.catch(() => undefined);
  const closed = new Promise<void>((resolve) => stream.once('close', resolve));
  const send = (message: Uint8Array): void => void stream.write(encodeGrpcMessage(message));
  const reply = (id: string, payload: object): void => send(encodeResult(id, Buffer.from(JSON.stringify(payload))));
  return {
    ...{ session, stream, packets, headers, trailers, closed, send, reply },
    hello: (agentVersion = 'v0.13.0-alpha.4', maxReceiveMessageBytes = 8 * 1024 * 1024) =>
      send(encodeHello({ agentVersion, maxReceiveMessageBytes })),
    answerAll(answer) {
      void (async () => {
        for (;;) {
          const packet = await packets.next();
          if (packet.requestId !== '') reply(packet.requestId, answer(packet));
        }
      })();
    },
    destroy: () => session.destroy(),
  };
}
