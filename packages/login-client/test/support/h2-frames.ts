import { connect, type TLSSocket } from 'node:tls';
import type { StubOptions } from './v1-stub.js';

/** A frame of HTTP/2 as it travels. */
export interface Frame {
  type: number;
  flags: number;
  stream: number;
  payload: Buffer;
}

export const frameTypes = { data: 0, headers: 1, resetStream: 3, settings: 4, ping: 6, goAway: 7 } as const;
export const endStream = 0x1;
const endHeaders = 0x4;
const ack = 0x1;

const frame = (type: number, flags: number, stream: number, payload: Uint8Array): Buffer => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
};

/** HPACK without its tables: each header is spelled out. */
const spelledOut = (headers: Record<string, string>): Buffer =>
  Buffer.concat(
    Object.entries(headers).map(([name, value]) =>
      Buffer.concat([
        Uint8Array.of(0, name.length),
        Buffer.from(name),
        Uint8Array.of(value.length),
        Buffer.from(value),
      ]),
    ),
  );

/**
 * Sends one request on a connection of its own, and gives all frames of its stream that the server sends: a library
 * would tell what they mean, and not how many they were.
 */
export async function framesOfAnswer(options: StubOptions, headers: Record<string, string>): Promise<Frame[]> {
  const { address, ca } = options;
  const socket: TLSSocket = connect({ host: '127.0.0.1', port: address.port, ca, ALPNProtocols: ['h2'] });
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  socket.write(frame(frameTypes.settings, 0, 0, new Uint8Array()));
  socket.write(frame(frameTypes.headers, endHeaders, 1, spelledOut(headers)));
  const answered: Frame[] = [];
  let rest = Buffer.alloc(0);
  for await (const chunk of socket) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3)) {
      const length = rest.readUIntBE(0, 3);
      const got = {
        type: rest.readUInt8(3),
        flags: rest.readUInt8(4),
        stream: rest.readUInt32BE(5),
        payload: rest.subarray(9, 9 + length),
      };
      rest = rest.subarray(9 + length);
      if (got.type === frameTypes.ping && (got.flags & ack) !== 0) {
        socket.destroy();
        return answered;
      }
      if (got.stream !== 1) continue;
      answered.push(got);
      // What comes behind the answer is there once the server has answered this.
      if (answered.length === 1) socket.write(frame(frameTypes.ping, 0, 0, new Uint8Array(8)));
    }
  }
  throw new Error('the connection ended before the answer');
}
