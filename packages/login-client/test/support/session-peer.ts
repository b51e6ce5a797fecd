import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  createSecureServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import { type Certificate, makeCertificate } from '../../../../tools/testenv/certificates.js';
import { encodeFrame, type SessionFrame } from '../../src/wire/session/frame.js';
import { FrameReader } from '../../src/wire/session/frame-reader.js';
import { encodeGrpcMessage, GrpcReader } from '../../src/wire/session/grpc-reader.js';
import { type AgentPacket, decodeAgentPacket, encodeHelloAck } from '../../src/wire/session/packet.js';
import { connectPath } from '../../src/wire/session/paths.js';
import { Queue } from './queue.js';

/** One session of version 1, as its server sees it. */
export interface Pair {
  read: ServerResponse;
  readRequest: IncomingMessage;
  write: IncomingMessage;
  writeResponse: ServerResponse;
  /** What the agent sent. */
  frames: Queue<SessionFrame>;
  /** How each side ended: `read closed`, `write ended`, `write aborted`. */
  ends: Queue<string>;
  /** Asks something: JSON, or a request. */
  ask(payload: unknown, id?: string): void;
}

/** One session of version 2, as its server sees it. */
export interface Stream {
  stream: ServerHttp2Stream;
  headers: IncomingHttpHeaders;
  session: Http2Session;
  packets: Queue<AgentPacket>;
  /** Code of the reset that ended it. */
  closed: Promise<number>;
  respond(): void;
  send(packet: Uint8Array): void;
  /** Ends the stream with these trailers. */
  finish(trailers: OutgoingHttpHeaders): void;
  /** Answers, and takes the hello. */
  accept(ack?: { maxReceiveMessageBytes?: number }): Promise<AgentPacket>;
}

/** What the peer does with a request of HTTP/1.1 in place of serving it. */
export type Http1Script = (request: IncomingMessage, response: ServerResponse, kind: string) => 'answered' | 'serve';

export interface SessionPeer {
  certificate: Certificate;
  port: number;
  /** `https://localhost:port`. */
  endpoint: string;
  /** Every request: `healthz`, `read`, `write`, `connect`. */
  seen: string[];
  requests: Queue<{ kind: string; request: IncomingMessage }>;
  pairs: Queue<Pair>;
  /** Streams of version 2, where {@link SessionPeer.servesV2}. */
  streams: Queue<Stream>;
  /** What a stream of version 2 is answered, where it is not served. Default: 404 in one frame. */
  refuse: (stream: ServerHttp2Stream) => void;
  servesV2: boolean;
  script: Http1Script;
  /** Every open connection. */
  sockets: Set<Socket>;
  listen(): Promise<void>;
  close(): Promise<void>;
}

let shared: Promise<Certificate> | undefined;

/** A control plane's session endpoints on loopback, with TLS, that do what a test tells them to. */
export async function startSessionPeer(
  options: { protocols?: string[]; clientCertificate?: Certificate } = {},
): Promise<SessionPeer> {
  const certificate = await (shared ??= makeCertificate());
  const open: { read?: Half; write?: Half } = {};
  const sockets = new Set<Socket>();
  const server = createSecureServer({
    ...certificate,
    allowHTTP1: true,
    ...(options.protocols === undefined ? {} : { ALPNProtocols: options.protocols }),
    ...(options.clientCertificate === undefined
      ? {}
      : { requestCert: true, rejectUnauthorized: true, ca: options.clientCertificate.cert }),
  });
  const net: NetServer = server as unknown as NetServer;
  net.on('secureConnection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('sessionError', () => undefined);
  server.on('stream', (stream, headers) => {
    peer.seen.push('connect');
    stream.on('error', () => undefined);
    if (!peer.servesV2 || headers[':path'] !== connectPath) setImmediate(() => peer.refuse(stream));
    else peer.streams.push(streamOf(stream, headers));
  });
  server.on('request', (request, response) => {
    if (request.httpVersionMajor === 2) return;
    const message = request as unknown as IncomingMessage;
    takeHttp1(message, response as unknown as ServerResponse);
  });

  function takeHttp1(request: IncomingMessage, response: ServerResponse): void {
    const kind = request.url === '/healthz' ? 'healthz' : String(request.headers['x-gpud-session-type']);
    peer.seen.push(kind);
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    peer.requests.push({ kind, request });
    if (peer.script(request, response, kind) === 'answered') return;
    if (kind === 'healthz') {
      response.end('{}');
      return;
    }
    if (kind === 'read') response.writeHead(200).flushHeaders();
    if (kind === 'read' || kind === 'write') open[kind] = { request, response };
    if (open.read === undefined || open.write === undefined) return;
    peer.pairs.push(pairOf(open.read, open.write));
    delete open.read;
    delete open.write;
  }

  let port = 0;
  const peer: SessionPeer = {
    certificate,
    port,
    endpoint: '',
    seen: [],
    requests: new Queue(),
    pairs: new Queue(),
    streams: new Queue(),
    refuse: (stream) => stream.respond({ ':status': 404 }, { endStream: true }),
    servesV2: false,
    script: () => 'serve',
    sockets,
    async listen() {
      await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve));
      port = (server.address() as AddressInfo).port;
      peer.port = port;
      peer.endpoint = `https://localhost:${port}`;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  await peer.listen();
  onTestFinished(() => peer.close().catch(() => undefined));
  return peer;
}

interface Half {
  request: IncomingMessage;
  response: ServerResponse;
}

function pairOf(read: Half, write: Half): Pair {
  const frames = new Queue<SessionFrame>();
  const ends = new Queue<string>();
  const reader = new FrameReader();
  write.request.on('data', (chunk: Uint8Array) => reader.push(chunk, (frame) => frames.push(frame)));
  write.request.on('end', () => ends.push('write ended'));
  write.request.on('aborted', () => ends.push('write aborted'));
  read.response.on('close', () => ends.push('read closed'));
  return {
    read: read.response,
    readRequest: read.request,
    write: write.request,
    writeResponse: write.response,
    frames,
    ends,
    ask(payload, id = '') {
      read.response.write(encodeFrame(typeof payload === 'string' ? payload : JSON.stringify(payload), id));
    },
  };
}

function streamOf(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Stream {
  const packets = new Queue<AgentPacket>();
  const reader = new GrpcReader();
  const duplex: Duplex = stream;
  duplex.on('data', (chunk: Uint8Array) => reader.push(chunk, (message) => packets.push(decodeAgentPacket(message))));
  const session = stream.session;
  if (session === undefined) throw new Error('the stream has no session');
  const self: Stream = {
    stream,
    headers,
    session,
    packets,
    closed: new Promise((resolve) => stream.once('close', () => resolve(stream.rstCode))),
    respond: () => stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true }),
    send: (packet) => void stream.write(encodeGrpcMessage(packet)),
    finish: (trailers) => finish(stream, trailers),
    async accept({ maxReceiveMessageBytes = 8 * 1024 * 1024 } = {}) {
      self.respond();
      const hello = await packets.next();
      self.send(encodeHelloAck({ managerInstanceId: 'mgr-1', maxReceiveMessageBytes }));
      return hello;
    },
  };
  return self;
}

/** Ends a stream that was answered with `waitForTrailers`; Node's own compatibility layer would send empty ones. */
export function finish(stream: ServerHttp2Stream, trailers: OutgoingHttpHeaders): void {
  stream.removeAllListeners('wantTrailers');
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end();
}
