import { onTestFinished } from 'vitest';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A websocket frame as it came in. */
export interface Frame {
  isFinal: boolean;
  opcode: number;
  payload: Buffer;
}

/** A client's frame; masked, unless told otherwise. */
export function clientFrame(
  opcode: number,
  payload: Buffer | string,
  options: { isFinal?: boolean; isMasked?: boolean } = {},
): Buffer {
  const { isFinal = true, isMasked = true } = options;
  const body = Buffer.from(payload);
  const first = (isFinal ? 0x80 : 0) | opcode;
  const mask = isMasked ? 0x80 : 0;
  const header =
    body.length < 126
      ? Buffer.from([first, mask | body.length])
      : body.length < 65_536
        ? Buffer.from([first, mask | 126, body.length >> 8, body.length & 255])
        : Buffer.from([first, mask | 127, 0, 0, 0, 0, ...uint32(body.length)]);
  if (!isMasked) return Buffer.concat([header, body]);
  const key = Buffer.from([1, 2, 3, 4]);
  const masked = body.map((byte, index) => byte ^ (key[index % 4] ?? 0));
  return Buffer.concat([header, key, masked]);
}

/** A server's frame. */
export const serverFrame = (opcode: number, payload: Buffer | string): Buffer =>
  clientFrame(opcode, payload, { isMasked: false });

/** The payload of a close frame. */
export const closePayload = (code: number, reason = ''): Buffer =>
  Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]);

const uint32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

/** A daemon on a bare socket: it sends what bytes it is told, and keeps the frames that come in. */
export interface RawDaemon {
  socket: Socket;
  /** The answer to its upgrade request, headers and all. */
  answer: string;
  frames: Frame[];
  /** Resolves with the frame of this number, 0 the first. */
  frame(index: number): Promise<Frame>;
  closed: Promise<unknown>;
}

export async function dialRaw(port: number, path: string, token: string): Promise<RawDaemon> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: h',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Authorization: Scope-Probe token=${token}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const frames: Frame[] = [];
  const waiting = new Map<number, (frame: Frame) => void>();
  let rest: Buffer = Buffer.alloc(0);
  let answer: string | undefined;
  const read = (): void => {
    for (let frame = readFrame(rest); frame !== undefined; frame = readFrame(rest)) {
      rest = rest.subarray(frame.bytes);
      waiting.get(frames.length)?.(frame);
      frames.push(frame);
    }
  };
  const upgraded = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      const end = answer === undefined ? rest.indexOf('\r\n\r\n') : -1;
      if (answer === undefined && end >= 0) {
        answer = rest.subarray(0, end).toString();
        rest = rest.subarray(end + 4);
        resolve();
      }
      if (answer !== undefined) read();
    });
  });
  const closed = once(socket, 'close');
  await upgraded;
  return {
    socket,
    answer: answer ?? '',
    frames,
    frame: (index) => {
      const known = frames[index];
      return known === undefined ? new Promise((resolve) => void waiting.set(index, resolve)) : Promise.resolve(known);
    },
    closed,
  };
}

/** The first whole frame of a server in some bytes; undefined where there is none. */
function readFrame(bytes: Buffer): (Frame & { bytes: number }) | undefined {
  if (bytes.length < 2) return undefined;
  const [first = 0, second = 0] = bytes;
  const isLonger = second === 126;
  if (second === 127 || (isLonger && bytes.length < 4)) return undefined;
  const start = isLonger ? 4 : 2;
  const length = isLonger ? bytes.readUInt16BE(2) : second;
  if (bytes.length < start + length) return undefined;
  const payload = bytes.subarray(start, start + length);
  return { isFinal: first >= 0x80, opcode: first & 15, payload, bytes: start + length };
}
