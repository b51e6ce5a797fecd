import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { JujuSocket } from '../rpc/juju-socket.js';

/** Whether a request asks for a websocket in a way that `ws` takes. */
export const isUpgrade = ({ headers, method }: IncomingMessage): boolean =>
  method === 'GET' &&
  headers.upgrade?.toLowerCase() === 'websocket' &&
  headers['sec-websocket-version'] === '13' &&
  /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '');

/** Answers an upgrade request with a status, and closes the connection. */
export function refuse(socket: Duplex, status: number, text: string): void {
  socket.on('error', () => socket.destroy());
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: text/plain; charset=utf-8',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
    ...(status === 400 ? ['Sec-Websocket-Version: 13'] : []),
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
}

/** Lets the operating system find out that a peer has gone, which sends nothing to tell. */
export function keepAlive(socket: Duplex): void {
  if (socket instanceof Socket) socket.setKeepAlive(true, 30_000);
}

/** Completes an upgrade, and hands the websocket over. */
export type AcceptUpgrade = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  onOpen: (websocket: JujuSocket) => void,
) => void;

/**
 * Websockets as Juju's servers make them: no compression, no sub-protocol whatever is asked for, and texts that are no
 * UTF-8 are taken.
 *
 * @param maxMessageBytes largest message taken; 0 takes all.
 */
export function acceptUpgrades(maxMessageBytes: number): AcceptUpgrade {
  const upgrades = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    skipUTF8Validation: true,
    handleProtocols: () => false,
    maxPayload: maxMessageBytes,
    WebSocket: JujuSocket,
  });
  return (request, socket, head, onOpen) => upgrades.handleUpgrade(request, socket, head, onOpen);
}
