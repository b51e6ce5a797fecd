import { onTestFinished } from 'vitest';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** A service on plain `ws` that does nothing by itself: what a test makes of each connection is the test's. */
export interface PlainPlatform {
  /** `http://127.0.0.1:port`. */
  url: string;
  server: Server;
  /** Upgrade requests so far. */
  requests: IncomingMessage[];
  /** The next connection that comes up. */
  next(): Promise<PlainSocket>;
  /** Answers upgrades with this status from now on, instead of taking them; 101 takes them again. */
  answer(status: number, text?: string, headers?: Record<string, string>): void;
}

export interface PlainSocket {
  socket: WebSocket;
  tcp: Socket;
  /** Messages so far, in order. */
  messages: { text: string; isBinary: boolean }[];
  /** Resolves with the message of this number, 0 the first. */
  message(index: number): Promise<string>;
  closed: Promise<{ code: number; reason: string }>;
}

export async function startPlainPlatform(): Promise<PlainPlatform> {
  const server = createServer((_request, response) => response.writeHead(404).end());
  const upgrades = new WebSocketServer({ noServer: true, autoPong: true });
  const requests: IncomingMessage[] = [];
  let refusal: { status: number; text: string; headers: Record<string, string> } | undefined;
  const waiting: ((socket: PlainSocket) => void)[] = [];
  const up: PlainSocket[] = [];
  server.on('upgrade', (request, socket, head) => {
    requests.push(request);
    if (refusal !== undefined) {
      const { status, text, headers } = refusal;
      const lines = Object.entries({ 'Content-Length': String(text.length), ...headers });
      socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.map((line) => line.join(': ')).join('\r\n')}\r\n\r\n${text}`);
      return;
    }
    upgrades.handleUpgrade(request, socket, head, (websocket) => {
      const plain = watch(websocket, socket as Socket);
      const resolve = waiting.shift();
      if (resolve === undefined) up.push(plain);
      else resolve(plain);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of upgrades.clients) socket.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    requests,
    next: () => {
      const socket = up.shift();
      return socket === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(socket);
    },
    answer(status, text = '', headers = {}) {
      refusal = status === 101 ? undefined : { status, text, headers };
    },
  };
}

/** Dials as a daemon on plain `ws` would. */
export async function dialPlain(url: string, headers: Record<string, string> = {}): Promise<PlainSocket> {
  const socket = new WebSocket(url, { headers, perMessageDeflate: false });
  let tcp: Socket | undefined;
  socket.on('upgrade', (response) => void (tcp = response.socket));
  onTestFinished(() => socket.terminate());
  const watched = await new Promise<PlainSocket>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => tcp && resolve(watch(socket, tcp)));
  });
  return watched;
}

function watch(socket: WebSocket, tcp: Socket): PlainSocket {
  const messages: PlainSocket['messages'] = [];
  const waiting = new Map<number, (text: string) => void>();
  socket.on('message', (data: Buffer, isBinary) => {
    waiting.get(messages.length)?.(data.toString());
    messages.push({ text: data.toString(), isBinary });
  });
  socket.on('error', () => undefined);
  return {
    socket,
    tcp,
    messages,
    message: (index) => {
      const known = messages[index];
      return known === undefined
        ? new Promise((resolve) => void waiting.set(index, resolve))
        : Promise.resolve(known.text);
    },
    closed: new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    }),
  };
}
