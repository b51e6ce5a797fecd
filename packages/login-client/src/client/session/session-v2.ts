import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { isIPv6, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { isMoorlineError } from '@moorline/core';
import { bearerHeader, utf8AsLatin1 } from '../../wire/bearer.js';
import { isLoginError, LoginError } from '../../wire/login-error.js';
import { encodeGrpcMessage, GrpcReader, maxPacketBytes } from '../../wire/session/grpc-reader.js';
import { decodeManagerPacket, encodeHello, encodeResult, protocolRevision } from '../../wire/session/packet.js';
import type { ManagerPacket } from '../../wire/session/packet.js';
import { connectPath } from '../../wire/session/paths.js';
import { readRequestPacket } from '../../wire/session/request-packet.js';
import { encodeSessionResponse } from '../../wire/session/response.js';
import type { SessionAttempt } from './attempt.js';
import { grpcFailure, httpFailure } from './grpc-status.js';
import { hideSecrets } from './refusal.js';
import type { NumberedResponse } from './request-queue.js';

/** Milliseconds until the control plane must have answered the hello. */
const ackTimeoutMs = 30_000;

/** Milliseconds between pings, and for each to be answered. */
const pingIntervalMs = 30_000;
const pingTimeoutMs = 30_000;

/**
 * A session of version 2 (docs/protocol.md §8.4): one gRPC stream in both directions.
 *
 * The messages are generated; the stream is `node:http2` itself. What decides here is below what gRPC libraries show: the HTTP
 * status of a refusal, a host without its port, a connection through a proxy, pings on the injected clock.
 */
export async function runSessionV2(attempt: SessionAttempt): Promise<void> {
  const { signal, target, dial } = attempt;
  const socket = await dial(signal, ['h2']).catch((error: unknown) => {
    throw isWithoutHttp2(error) ? notServed(attempt, error) : error;
  });
  if (socket instanceof TLSSocket && socket.alpnProtocol !== 'h2') {
    socket.destroy();
    throw notServed(attempt);
  }
  const session = connect(target.baseUrl, { createConnection: () => socket, settings: { enablePush: false } });
  try {
    await new PacketStream(attempt, session).run();
  } finally {
    await closed(session, socket);
  }
}

/** The server's TLS ended the handshake over the protocols offered. */
const isWithoutHttp2 = (error: unknown): boolean =>
  isLoginError(error) && error.details['reason'] === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';

const attemptedAt = ({ target }: SessionAttempt): string => `Post "${target.baseUrl}${connectPath}"`;

/** The original tries on for ever, and never reaches such a control plane. */
function notServed(attempt: SessionAttempt, cause?: unknown): LoginError {
  return new LoginError(`${attemptedAt(attempt)}: the server does not speak HTTP/2`, {
    code: 'session_not_served',
    cause,
    isRetryable: true,
    hint: 'sessions of version 2 need a TLS server that offers h2; version 1 does without',
  });
}

async function closed(session: ClientHttp2Session, socket: Socket): Promise<void> {
  session.on('error', () => undefined);
  if (!session.destroyed) {
    const ended = once(session, 'close');
    session.destroy();
    await ended;
  }
  socket.destroy();
}

class PacketStream {
  readonly #attempt: SessionAttempt;
  readonly #session: ClientHttp2Session;
  readonly #stream: ClientHttp2Stream;
  readonly #packets = new GrpcReader();
  #isUp = false;
  /** Largest packet that the control plane takes, bytes. */
  #mostBytes = maxPacketBytes;
  #finish: (error?: unknown) => void = () => undefined;

  constructor(attempt: SessionAttempt, session: ClientHttp2Session) {
    this.#attempt = attempt;
    this.#session = session;
    this.#stream = session.request(sessionHeaders(attempt), { endStream: false });
  }

  async run(): Promise<void> {
    const { signal, outbox, agentVersion, clock } = this.#attempt;
    const ack = clock.setTimer(ackTimeoutMs, () => this.#finish(silent('the hello was not answered')));
    const stop = (): void => this.#finish();
    const pings = this.#ping();
    try {
      await new Promise<void>((resolve, reject) => {
        this.#finish = (error) => (error === undefined ? resolve() : reject(asError(error)));
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop, { once: true });
        this.#listen(() => ack.cancel());
        this.#stream.write(encodeGrpcMessage(encodeHello({ agentVersion, maxReceiveMessageBytes: maxPacketBytes })));
      });
    } catch (error) {
      if (!signal.aborted) throw this.#described(error);
    } finally {
      signal.removeEventListener('abort', stop);
      ack.cancel();
      pings.cancel();
      outbox.detach();
      await this.#close();
    }
  }

  #listen(onUp: () => void): void {
    const stream = this.#stream;
    const attempted = attemptedAt(this.#attempt);
    let hasEnded = false;
    const end = (failure: LoginError | undefined): void => {
      hasEnded = true;
      this.#finish(failure);
    };
    stream.on('response', (headers) => {
      const failure = httpFailure(attempted, headers);
      if (failure !== undefined) end(failure);
      else if (headers['grpc-status'] !== undefined) end(grpcFailure(attempted, headers));
    });
    stream.on('trailers', (trailers) => end(grpcFailure(attempted, trailers)));
    stream.on('data', (chunk: Uint8Array) => {
      try {
        this.#packets.push(chunk, (message) => this.#take(decodeManagerPacket(message), onUp));
      } catch (error) {
        this.#finish(error);
      }
    });
    stream.on('error', (error) => this.#finish(error));
    stream.on('close', () => {
      if (!hasEnded) this.#finish(new Error('the stream broke off without trailers'));
    });
    this.#session.on('error', (error) => this.#finish(error));
    this.#session.on('close', () => this.#finish(new Error('the connection was closed')));
  }

  #take(packet: ManagerPacket, onUp: () => void): void {
    if (!this.#isUp) {
      this.#takeAck(packet);
      this.#isUp = true;
      onUp();
      this.#attempt.onUp();
      this.#attempt.outbox.attach((response) => this.#send(response));
      return;
    }
    if (packet.payload.case === 'drainNotice') throw drained(Number(packet.payload.value.reconnectAfterMillis));
    const request = readRequestPacket(packet);
    const isIncomplete =
      request?.method === 'events' && (request.start_time === undefined || request.end_time === undefined);
    if (request === undefined || isIncomplete || packet.requestId === '') {
      throw new LoginError(`the control plane sent a packet that is no request: ${packet.payload.case ?? 'unknown'}`, {
        code: 'bad_packet',
        isRetryable: true,
      });
    }
    if (!this.#attempt.queue.push({ id: packet.requestId, request })) {
      throw new LoginError('the control plane asked for more than is kept waiting', {
        code: 'session_queue_full',
        isRetryable: true,
      });
    }
  }

  #takeAck({ payload }: ManagerPacket): void {
    if (payload.case !== 'helloAck' || payload.value.protocolRevision !== protocolRevision) {
      throw new LoginError('invalid v2 hello acknowledgement', { code: 'bad_packet', isRetryable: true });
    }
    const { maxReceiveMessageBytes: most, managerInstanceId } = payload.value;
    this.#mostBytes = most === 0 ? maxPacketBytes : Math.min(most, maxPacketBytes);
    this.#attempt.logger.debug({ managerInstanceId }, 'the hello was answered');
  }

  /** A reply that the control plane would not take is told instead of costing the session, as it does the original. */
  #send({ id = '', response }: NumberedResponse): void {
    const packet = encodeResult(id, utf8.encode(encodeSessionResponse(response)));
    if (packet.length <= this.#mostBytes) {
      this.#write(packet);
      return;
    }
    const error = `the reply has ${packet.length} bytes, and ${this.#mostBytes} are taken at most`;
    this.#attempt.logger.warn({ id, bytes: packet.length }, error);
    const excuse = encodeResult(id, utf8.encode(encodeSessionResponse({ error, error_code: 413 })));
    if (excuse.length <= this.#mostBytes) this.#write(excuse);
  }

  /** A control plane that does not read what it asked for is not asked for more. */
  #write(packet: Uint8Array): void {
    if (this.#stream.write(encodeGrpcMessage(packet)) || this.#stream.isPaused()) return;
    this.#stream.pause();
    this.#stream.once('drain', () => this.#stream.resume());
  }

  #ping(): { cancel(): void } {
    const { clock } = this.#attempt;
    const session = this.#session;
    let timer = clock.setTimer(pingIntervalMs, send);
    const onSilence = (): void => this.#finish(silent('a ping was not answered'));
    function send(): void {
      timer = clock.setTimer(pingTimeoutMs, onSilence);
      const answered = (error: Error | null): void => {
        if (error !== null) return;
        timer.cancel();
        timer = clock.setTimer(pingIntervalMs, send);
      };
      if (!session.destroyed) session.ping(answered);
    }
    return { cancel: () => timer.cancel() };
  }

  async #close(): Promise<void> {
    const stream = this.#stream;
    this.#finish = () => undefined;
    if (stream.closed) return;
    const ended = once(stream, 'close').catch(() => undefined);
    stream.close(constants.NGHTTP2_CANCEL);
    await ended;
  }

  #described(error: unknown): unknown {
    if (isMoorlineError(error)) return error;
    const cause = error instanceof Error ? error : new Error(String(error));
    const message = `${attemptedAt(this.#attempt)}: ${cause.message}`;
    return new LoginError(hideSecrets(message, this.#attempt.credentials), {
      code: 'session_lost',
      isRetryable: true,
      cause,
    });
  }
}

/** The name of the host without its port, as the original sends it. */
function sessionHeaders({ target, credentials, userAgent = 'grpc-go/1.82.1' }: SessionAttempt) {
  const { sessionToken, machineId, machineProof } = credentials;
  return {
    ':method': 'POST',
    ':scheme': target.isSecure ? 'https' : 'http',
    ':path': connectPath,
    ':authority': isIPv6(target.hostname) ? `[${target.hostname}]` : target.hostname,
    'content-type': 'application/grpc',
    'user-agent': userAgent,
    te: 'trailers',
    authorization: bearerHeader(sessionToken),
    'x-gpud-machine-id': utf8AsLatin1(machineId),
    origin: target.origin,
    ...(machineProof === undefined ? {} : { 'x-gpud-machine-proof': utf8AsLatin1(machineProof) }),
  };
}

const silent = (fault: string): LoginError =>
  new LoginError(`${fault} within 30 seconds`, { code: 'session_silent', isRetryable: true });

/** The control plane wants this agent to come back, later: to another server, or after its restart. */
const drained = (delayMs: number): LoginError =>
  new LoginError('the control plane asked to connect again', {
    code: 'session_drained',
    isRetryable: true,
    details: delayMs > 0 ? { retryAfterMs: delayMs } : {},
  });

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const utf8 = new TextEncoder();
