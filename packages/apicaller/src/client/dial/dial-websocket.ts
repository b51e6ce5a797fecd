import { type ClientRequest, type IncomingMessage, STATUS_CODES } from 'node:http';
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { Clock } from '@moorline/core';
import { JujuSocket } from '../../rpc/juju-socket.js';
import { WebSocketSocket } from '../../rpc/websocket-socket.js';
import { apiUrl } from '../../wire/address.js';
import { DialError, dialFailure } from './dial-error.js';
import type { Target } from './dns.js';

/** How one target is dialled. */
export interface DialWebSocketOptions {
  modelUuid: string | undefined;
  isSeed: boolean;
  /** PEM; undefined trusts what the runtime trusts. */
  caCert: string | undefined;
  /** The name asked for and looked for in the certificate; undefined takes the host's own. */
  serverName: string | undefined;
  /** False takes any certificate. */
  rejectUnauthorized: boolean;
  /** Largest message taken, bytes; 0 takes all. */
  maxMessageBytes: number;
  signal: AbortSignal;
  clock: Clock;
}

/** A connection that is up. */
export interface Dialled {
  socket: WebSocketSocket;
  target: Target;
}

/** What is kept of a refusal's body, bytes. */
const longestBody = 4096;

/**
 * Dials one IP address: TCP, TLS, websocket. No redirect, no proxy, no compression, no sub-protocol.
 *
 * @throws DialError; the signal's reason.
 */
export function dialWebSocket(target: Target, options: DialWebSocketOptions): Promise<Dialled> {
  const { modelUuid, isSeed, caCert, rejectUnauthorized, maxMessageBytes, signal, clock } = options;
  const { host } = target.address;
  const serverName = options.serverName ?? host;
  const socket = new JujuSocket(apiUrl(target.address, modelUuid, isSeed), {
    headers: { 'User-Agent': userAgent, ...(isSeed ? { Origin: 'http://localhost/' } : {}) },
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: maxMessageBytes,
    lookup: (_, { all }, callback) => {
      const family = isIP(target.ip);
      if (all === true) callback(null, [{ address: target.ip, family }]);
      else callback(null, target.ip, family);
    },
    ...(target.address.scheme === 'ws'
      ? {}
      : {
          ...(caCert === undefined ? {} : { ca: caCert }),
          // A server name is a name: for an address none is sent, and the certificate must carry the address.
          servername: isIP(serverName) === 0 ? serverName : '',
          rejectUnauthorized,
          checkServerIdentity: (_: string, certificate: PeerCertificate) => checkName(serverName, certificate),
        }),
  });
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      outcome();
    };
    const onAbort = (): void => {
      settle(() => reject(signal.reason));
      socket.terminate();
    };
    let connection: IncomingMessage['socket'] | undefined;
    socket.on('upgrade', (response) => void (connection = response.socket));
    socket.on('error', (cause) => settle(() => reject(dialFailure(cause))));
    socket.on('unexpected-response', (request: ClientRequest, response: IncomingMessage) => {
      void readBody(response).then((body) => {
        settle(() => reject(refusal(response.statusCode ?? 0, body)));
        request.destroy();
      });
    });
    socket.on('open', () => {
      const below = connection;
      if (below === undefined) return;
      settle(() => resolve({ socket: new WebSocketSocket(socket, below, clock), target }));
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** As every Juju since 2.3 names itself here. */
const userAgent = 'Go-http-client/1.1';

/** A certificate without alternative names is refused, as Go does; Node would look at its common name. */
function checkName(name: string, certificate: PeerCertificate): Error | undefined {
  if ((certificate.subjectaltname ?? '') !== '') return checkServerIdentity(name, certificate);
  const message = 'certificate relies on legacy Common Name field, use SANs instead';
  return Object.assign(new Error(message), { code: 'ERR_TLS_CERT_LEGACY_NAME' });
}

function refusal(status: number, body: string): DialError {
  return new DialError({
    code: 'dial_failed',
    message: `${body.trim()} (${STATUS_CODES[status] ?? ''})`,
    status,
    hint: 'something else than a controller may answer at this address, or it is not ready yet',
  });
}

/** The beginning of the body; what of it does not come is left out. */
async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= longestBody) break;
    }
  } catch {
    // The status says enough.
  }
  return Buffer.concat(chunks).subarray(0, longestBody).toString();
}
