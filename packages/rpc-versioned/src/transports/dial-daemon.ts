import type { ClientRequest, IncomingMessage } from 'node:http';
import type { ConnectionOptions } from 'node:tls';
import { systemClock, TimeoutError } from '@moorline/core';
import type { RpcVersion } from '../client/rpc-client.js';
import { RpcError } from '../wire/rpc-error.js';
import { type DialAnswer, DialError } from './dial-error.js';
import { type EndpointOptions, resolveEndpoint } from './endpoint.js';
import { FluxSocket } from './flux-socket.js';
import { isSendableToken, scopeProbe } from './scope-probe.js';
import { type KeepAliveOptions, type SocketStream, WebSocketStream } from './websocket-stream.js';

/** How a daemon dials. */
export interface DialOptions extends EndpointOptions, KeepAliveOptions {
  /** Base of the service's URLs: `https://cloud.example/api/flux`; `http`, `ws` and `wss` are known too. */
  url: string | URL;
  /** Sent as `Authorization: Scope-Probe token=…`; the header is left out where it is empty. Default empty. */
  token?: string | undefined;
  /** Default `fluxd/1.25.4`, the newest that services know. */
  userAgent?: string | undefined;
  /** What to register as. Default 11. */
  version?: RpcVersion | undefined;
  /** Milliseconds until the connection must be up, handshakes and all; 0 turns the deadline off. Default 10,000. */
  timeoutMs?: number | undefined;
  /** Largest message taken, bytes; 0 takes all. Default 64 MiB. */
  maxMessageBytes?: number | undefined;
  /** Certificates that are trusted or presented, and so on. Default: what the runtime trusts. */
  tls?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'rejectUnauthorized' | 'servername'> | undefined;
  signal?: AbortSignal | undefined;
}

/** Messages up to this size are taken, unless told otherwise. */
export const defaultMaxMessageBytes = 64 * 1024 * 1024;

/** What of a refusal's body is kept. */
const bodyPrefixBytes = 1024;

/**
 * Dials a service once, as a daemon. No proxy, no redirect, no compression, no sub-protocol.
 *
 * @throws DialError; RpcError `bad_endpoint`, `insecure_endpoint` or `bad_token`; the signal's reason.
 */
export async function dialDaemon(options: DialOptions): Promise<SocketStream> {
  const { token = '', userAgent = 'fluxd/1.25.4', timeoutMs = 10_000, clock = systemClock, signal } = options;
  if (!isSendableToken(token)) {
    throw new RpcError('the token cannot be sent in a header', {
      code: 'bad_token',
      hint: 'it holds a line break or another control character, or one beyond Latin-1',
    });
  }
  const url = resolveEndpoint(options.url, options).daemonUrl(options.version);
  url.hash = '';
  signal?.throwIfAborted();
  const socket = new FluxSocket(url, {
    headers: { 'User-Agent': userAgent, ...(token === '' ? {} : { Authorization: scopeProbe(token) }) },
    perMessageDeflate: false,
    followRedirects: false,
    skipUTF8Validation: true,
    maxPayload: options.maxMessageBytes ?? defaultMaxMessageBytes,
    ...options.tls,
  });
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      timer?.cancel();
      signal?.removeEventListener('abort', onAbort);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      outcome();
    };
    const giveUp = (reason: unknown): void => {
      settle(() => reject(reason));
      socket.terminate();
    };
    const onAbort = (): void => giveUp(signal?.reason);
    const timer =
      timeoutMs > 0
        ? clock.setTimer(timeoutMs, () =>
            giveUp(new DialError(url.href, { cause: new TimeoutError('the handshake', timeoutMs) })),
          )
        : undefined;
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.on('error', (cause) => settle(() => reject(new DialError(url.href, { cause }))));
    socket.on('unexpected-response', (request: ClientRequest, response: IncomingMessage) => {
      void readAnswer(response).then((answer) => {
        settle(() => reject(new DialError(url.href, { answer })));
        request.destroy();
      });
    });
    let tcp: IncomingMessage['socket'] | undefined;
    socket.on('upgrade', (response) => void (tcp = response.socket));
    socket.on('open', () => {
      const connection = tcp;
      if (connection !== undefined) settle(() => resolve(new WebSocketStream(socket, connection, options)));
    });
  });
}

/** Status, headers and the beginning of the body; what of the body does not come is left out. */
async function readAnswer(response: IncomingMessage): Promise<DialAnswer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= bodyPrefixBytes) break;
    }
  } catch {
    // The status says enough.
  }
  const headers = Object.entries(response.headers).filter(([name]) => name !== 'set-cookie');
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
    bodyPrefix: Buffer.concat(chunks).subarray(0, bodyPrefixBytes).toString(),
  };
}
