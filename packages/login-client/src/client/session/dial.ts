import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { type Clock, isMoorlineError, redactUrl, withDeadline } from '@moorline/core';
import { LoginError } from '../../wire/login-error.js';
import { transportError } from '../transport-error.js';

/** Milliseconds, as in the original. */
const connectTimeoutMs = 30_000;
const handshakeTimeoutMs = 10_000;

/** Certificates beside those that the runtime trusts, and the client's own. The server's is always verified. */
export type SessionTls = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'servername'>;

/** Host, port and whether TLS is spoken there. */
export interface DialTarget {
  /** Without brackets. */
  readonly hostname: string;
  readonly port: number;
  readonly isSecure: boolean;
}

export interface DialOptions {
  tls?: SessionTls | undefined;
  /** URL of an HTTP or HTTPS proxy; undefined for a direct connection. */
  proxy?: string | undefined;
  /** Application protocols to offer; none for HTTP/1.1. */
  protocols?: string[] | undefined;
  signal: AbortSignal;
  clock: Clock;
}

/**
 * Opens one connection to the control plane, through the proxy where there is one, TLS and all.
 *
 * @throws LoginError `transport`, `tls` or `proxy`; TimeoutError; the signal's reason.
 */
export async function dial(target: DialTarget, options: DialOptions): Promise<Socket> {
  const { proxy, signal, clock } = options;
  const place = `${target.hostname}:${target.port}`;
  const during = async <T>(attempted: string, timeoutMs: number, work: (inner: AbortSignal) => Promise<T>) => {
    try {
      return await withDeadline(work, { signal, clock, timeoutMs, attempted });
    } catch (error) {
      if (signal.aborted || isMoorlineError(error)) throw error;
      throw transportError(attempted, error);
    }
  };
  const socket = await during(`connecting to ${place}`, connectTimeoutMs, (inner) =>
    proxy === undefined ? connected(target, inner) : tunnelled(target, proxy, inner),
  );
  if (!target.isSecure) return socket;
  try {
    return await during(`the TLS handshake with ${place}`, handshakeTimeoutMs, (inner) =>
      secured(socket, target, options, inner),
    );
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function connected({ hostname, port }: DialTarget, signal: AbortSignal): Promise<Socket> {
  const socket = connectTcp({ host: hostname, port, noDelay: true });
  await ready(socket, 'connect', signal);
  return socket;
}

async function secured(
  socket: Socket,
  { hostname }: DialTarget,
  { tls, protocols }: DialOptions,
  signal: AbortSignal,
): Promise<Socket> {
  const secure = connectTls({
    socket,
    host: hostname,
    // An address is not named in the handshake, as the original does not.
    ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
    minVersion: 'TLSv1.2',
    ...(protocols === undefined ? {} : { ALPNProtocols: protocols }),
    ...tls,
  });
  await ready(secure, 'secureConnect', signal);
  return secure;
}

async function ready(socket: Socket, event: string, signal: AbortSignal): Promise<void> {
  try {
    await once(socket, event, { signal });
  } catch (error) {
    socket.on('error', () => undefined);
    socket.destroy();
    throw error;
  }
}

/** A connection through an HTTP proxy (`CONNECT`), with the user and password of its URL. */
async function tunnelled(target: DialTarget, proxy: string, signal: AbortSignal): Promise<Socket> {
  const url = proxyUrl(proxy);
  const authority = `${isIP(target.hostname) === 6 ? `[${target.hostname}]` : target.hostname}:${target.port}`;
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (url.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path: authority,
    headers: { Host: authority, ...credentials(url) },
    agent: false,
    signal,
  });
  return new Promise<Socket>((resolve, reject) => {
    request.on('error', (cause) => reject(proxyError(url, cause.message, cause)));
    request.on('response', ({ statusCode }) => reject(proxyError(url, `answered ${statusCode ?? 0}`)));
    request.on('connect', ({ statusCode = 0 }, socket: Socket, head: Buffer) => {
      if (statusCode === 200 && head.length === 0) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(proxyError(url, `answered ${statusCode}`));
    });
    request.end();
  });
}

/** A proxy may be written without its scheme. */
function proxyUrl(proxy: string): URL {
  const text = proxy.includes('://') ? proxy : `http://${proxy}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new LoginError(`the proxy "${redactUrl(text)}" is no http or https URL`, {
    code: 'proxy',
    hint: 'check HTTPS_PROXY, or the option proxy',
  });
}

function credentials({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

function proxyError(url: URL, fault: string, cause?: Error): LoginError {
  return new LoginError(`the proxy ${url.origin} ${fault}`, {
    code: 'proxy',
    cause,
    isRetryable: true,
    hint: 'check the proxy address and what it allows',
  });
}
