import { createHash } from 'node:crypto';
import { createServer as createPlainServer, type IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import { type Certificate, makeCertificate } from '../../../../tools/testenv/certificates.js';

/** A websocket frame as it came in, unmasked. */
export interface Frame {
  isFinal: boolean;
  opcode: number;
  payload: Buffer;
}

/** The opcodes of frames, by the names that the captures have for them. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** One connection of a client, frame by frame: what `ws` would hide is what the captures are about. */
export class StubConnection {
  readonly request: IncomingMessage;
  readonly frames: Frame[] = [];
  /** Resolves when the connection below is gone. */
  readonly closed: Promise<void>;
  /** Told each frame as it comes in. */
  onFrame: (frame: Frame) => void = () => undefined;
  /** Told each whole text message. */
  onText: (text: string) => void = () => undefined;
  /** Whether a close frame is answered; default true. */
  answersClose = true;
  readonly #socket: Duplex;
  #rest: Buffer = Buffer.alloc(0);
  #partial: Buffer[] = [];

  constructor(request: IncomingMessage, socket: Duplex, head: Buffer) {
    this.request = request;
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    if (head.length > 0) this.#read(head);
  }

  sendText(text: string): void {
    this.sendFrame('text', text);
  }

  sendFrame(opcode: keyof typeof opcodes, payload: string | Buffer, isFinal = true): void {
    this.#socket.write(serverFrame(opcodes[opcode], Buffer.from(payload), isFinal));
  }

  sendClose(code: number | undefined, reason = ''): void {
    const payload = code === undefined ? '' : Buffer.concat([uint16(code), Buffer.from(reason)]);
    this.sendFrame('close', payload);
  }

  /** Bytes of any kind. */
  sendBytes(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Ends TCP without a close frame. */
  end(): void {
    this.#socket.end();
  }

  /** Breaks TCP off: a reset where the connection is plain. */
  reset(): void {
    const socket = this.#socket as Socket;
    if (typeof socket.resetAndDestroy === 'function') socket.resetAndDestroy();
    else socket.destroy();
  }

  /** The close codes that came in; 1005 for an empty one. */
  get closeCodes(): number[] {
    return this.frames
      .filter(({ opcode }) => opcode === opcodes.close)
      .map(({ payload }) => (payload.length < 2 ? 1005 : payload.readUInt16BE(0)));
  }

  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let frame = readFrame(this.#rest); frame !== undefined; frame = readFrame(this.#rest)) {
      this.#rest = this.#rest.subarray(frame.bytes);
      this.#take(frame);
    }
  }

  #take(frame: Frame): void {
    this.frames.push(frame);
    this.onFrame(frame);
    if (frame.opcode === opcodes.close && this.answersClose) {
      this.sendFrame('close', frame.payload.subarray(0, 2));
      this.#socket.end();
    }
    if (frame.opcode > opcodes.binary) return;
    this.#partial.push(frame.payload);
    if (!frame.isFinal) return;
    const text = Buffer.concat(this.#partial).toString();
    this.#partial = [];
    this.onText(text);
  }
}

/** Where and how a {@link StubController} listens. */
export interface StubOptions {
  /** Plain websockets instead of TLS. Default false. */
  isPlain?: boolean;
  /** Default: one for `juju-apiserver`. */
  certificate?: Certificate;
  /** Answers upgrade requests in its own way, and then gives true. */
  onUpgrade?: (request: IncomingMessage, socket: Duplex) => boolean;
  onConnection?: (connection: StubConnection) => void;
}

/** The other end of a client under test: a server that does what it is told. */
export interface StubController {
  port: number;
  certificate: Certificate;
  /** `127.0.0.1:port`. */
  address: string;
  /** TCP connections so far, those among them that failed in TLS. */
  accepted: number;
  /** Connections in the order in which they came. */
  connections: StubConnection[];
}

let pinned: Promise<Certificate> | undefined;

/** A certificate as controllers have it; one for all tests of a file. */
export const controllerCertificate = (): Promise<Certificate> =>
  (pinned ??= makeCertificate({ dns: ['juju-apiserver', 'localhost'], ip: [] }));

export async function startStub(options: StubOptions = {}): Promise<StubController> {
  const certificate = options.certificate ?? (await controllerCertificate());
  const server = options.isPlain === true ? createPlainServer() : createServer(certificate);
  const stub: StubController = { port: 0, certificate, address: '', accepted: 0, connections: [] };
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    stub.accepted++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (options.onUpgrade?.(request, socket) === true) return;
    const accept = createHash('sha1')
      .update(`${String(request.headers['sec-websocket-key'])}${guid}`)
      .digest('base64');
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write(`${[...lines, `Sec-WebSocket-Accept: ${accept}`].join('\r\n')}\r\n\r\n`);
    const connection = new StubConnection(request, socket, head);
    stub.connections.push(connection);
    options.onConnection?.(connection);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  stub.port = (server.address() as AddressInfo).port;
  stub.address = `127.0.0.1:${stub.port}`;
  return stub;
}

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);

function serverFrame(opcode: number, body: Buffer, isFinal: boolean): Buffer {
  const first = (isFinal ? 0x80 : 0) | opcode;
  if (body.length < 126) return Buffer.concat([Buffer.from([first, body.length]), body]);
  if (body.length < 65_536) return Buffer.concat([Buffer.from([first, 126]), uint16(body.length), body]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(body.length));
  return Buffer.concat([Buffer.from([first, 127]), length, body]);
}

/** The first whole frame of a client in some bytes; undefined where there is none. */
function readFrame(bytes: Buffer): (Frame & { bytes: number }) | undefined {
  const [first = 0, second = 0] = bytes;
  const short = second & 127;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start + 4) return undefined;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < start + 4 + length) return undefined;
  const key = bytes.subarray(start, start + 4);
  const payload = Buffer.from(bytes.subarray(start + 4, start + 4 + length));
  for (let at = 0; at < payload.length; at++) payload[at] = (payload[at] ?? 0) ^ (key[at % 4] ?? 0);
  return { isFinal: first >= 0x80, opcode: first & 15, payload, bytes: start + 4 + length };
}
