import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { isMoorlineError } from '@moorline/core';
import { bearerHeader, utf8AsLatin1 } from '../../wire/bearer.js';
import { LoginError } from '../../wire/login-error.js';
import { encodeFrame, type SessionFrame } from '../../wire/session/frame.js';
import { FrameReader } from '../../wire/session/frame-reader.js';
import { sessionPath } from '../../wire/session/paths.js';
import { parseSessionRequest } from '../../wire/session/request.js';
import { encodeSessionResponse } from '../../wire/session/response.js';
import type { SessionAttempt } from './attempt.js';
import { CookieJar } from './cookie-jar.js';
import { probeHealth } from './health-probe.js';
import { answerOf, openRequest } from './http1-request.js';
import { refusalOf } from './refusal.js';
import { hasHealthProbe } from './session-target.js';
import { Watchdog } from './watchdog.js';
import { weightiestOf } from './weightiest-failure.js';

/** Milliseconds without a frame after which a session counts as dead. There are no pings: the control plane asks something. */
const silenceLimitMs = 120_000;

/** Milliseconds until the read stream must be answered: the original waits for ever. */
const answerTimeoutMs = 60_000;

/** Milliseconds for the last replies to leave when a session is closed. */
const closeTimeoutMs = 1000;

/**
 * A session of version 1 (docs/protocol.md §8.2): a health probe, then two POSTs at once. Requests come in the answer of the
 * one, which is answered at once and does not end; replies go out in the body of the other, which is not answered.
 */
export async function runSessionV1(attempt: SessionAttempt): Promise<void> {
  const { signal, target, credentials } = attempt;
  const jar = hasHealthProbe(target) ? await probeHealth(attempt, credentials, signal) : new CookieJar();
  signal.throwIfAborted();
  await new StreamPair(attempt, jar.header(sessionPath)).run();
}

class StreamPair {
  readonly #attempt: SessionAttempt;
  readonly #cookie: string;
  readonly #frames = new FrameReader();
  /** Aborted when the session is over, which closes whatever is open. */
  readonly #over = new AbortController();
  readonly #failures: unknown[] = [];
  #openRefusals = 0;
  #write: ClientRequest | undefined;
  #body: Readable | undefined;
  #watchdog: Watchdog | undefined;

  constructor(attempt: SessionAttempt, cookie: string) {
    this.#attempt = attempt;
    this.#cookie = cookie;
  }

  async run(): Promise<void> {
    const { signal, outbox } = this.#attempt;
    const over = this.#over.signal;
    const stop = (): void => this.#over.abort();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const ended = new Promise<void>((resolve) => over.addEventListener('abort', () => resolve(), { once: true }));
      await Promise.all([ended, this.#runStream('read'), this.#runStream('write')]);
    } finally {
      signal.removeEventListener('abort', stop);
      outbox.detach();
      this.#watchdog?.cancel();
      this.#body?.destroy();
    }
    const failure = signal.aborted ? undefined : weightiestOf(this.#failures);
    if (failure !== undefined) throw failure;
  }

  /** Opens one of the streams and stays with it until the session is over. */
  async #runStream(stream: 'read' | 'write'): Promise<void> {
    const over = this.#over.signal;
    let request: ClientRequest | undefined;
    try {
      const headers = sessionHeaders(this.#attempt, stream, this.#cookie);
      request = await openRequest(this.#attempt, { method: 'POST', path: sessionPath, headers }, over);
      over.throwIfAborted();
      await (stream === 'read' ? this.#read(request) : this.#sendReplies(request));
      this.#end();
    } catch (error) {
      this.#end(over.aborted ? undefined : this.#described(error, stream));
    } finally {
      await this.#close(request);
    }
  }

  /** @returns where the control plane ended the stream. */
  async #read(request: ClientRequest): Promise<void> {
    const { clock, onUp } = this.#attempt;
    const over = this.#over.signal;
    const unanswered = clock.setTimer(answerTimeoutMs, () => request.destroy(new Error('it was not answered')));
    over.addEventListener('abort', () => request.destroy(), { once: true });
    request.end();
    const response = await answerOf(request).finally(() => unanswered.cancel());
    over.throwIfAborted();
    if (response.statusCode !== 200) throw await this.#refusal(response, 'read');
    const serverId = response.headers['x-gpud-server-id'];
    this.#attempt.logger.debug({ serverId }, 'the read stream is open');
    const silent = new LoginError('nothing came from the control plane for two minutes', {
      code: 'session_silent',
      isRetryable: true,
    });
    this.#watchdog = new Watchdog(clock, silenceLimitMs, () => this.#end(silent));
    this.#body = unzipped(response);
    onUp();
    await this.#take(this.#body);
  }

  /** Each chunk's frames, to the end of the stream. */
  #take(body: Readable): Promise<void> {
    return new Promise((resolve, reject) => {
      body.on('data', (chunk: Uint8Array) => {
        try {
          this.#frames.push(chunk, (frame) => this.#takeFrame(frame));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
      body.once('end', () => resolve());
      body.once('error', reject);
      body.once('close', () => reject(new Error('the read stream broke off')));
    });
  }

  #takeFrame({ data, req_id: id }: SessionFrame): void {
    const { queue, logger } = this.#attempt;
    if (data === undefined || data.length === 0) {
      this.#watchdog?.touch();
      return;
    }
    try {
      const isQueued = queue.push({ id, request: parseSessionRequest(data) });
      if (!isQueued) {
        logger.warn({ id }, 'too many requests wait: one was dropped');
        return;
      }
    } catch (error) {
      logger.warn({ id, error: String(error) }, 'a request cannot be read, and is not answered');
    }
    this.#watchdog?.touch();
  }

  /** @returns where the control plane answered the stream, which ends the session. */
  async #sendReplies(request: ClientRequest): Promise<void> {
    const { outbox } = this.#attempt;
    this.#write = request;
    // Sends the head as the bytes that it holds, which `flushHeaders` does not.
    request.write(new Uint8Array());
    outbox.attach(({ id = '', response }) => {
      if (!request.write(encodeFrame(encodeSessionResponse(response), id))) this.#waitForRoom(request);
    });
    const over = this.#over.signal;
    const ended = new Promise<undefined>((resolve) =>
      over.addEventListener('abort', () => resolve(undefined), { once: true }),
    );
    const response = await Promise.race([answerOf(request), ended]);
    if (over.aborted || response === undefined) return;
    if (response.statusCode !== 200) throw await this.#refusal(response, 'write');
  }

  /** A control plane that does not read what it asked for is not asked for more. */
  #waitForRoom(request: ClientRequest): void {
    if (this.#body === undefined || this.#body.isPaused()) return;
    this.#body.pause();
    request.once('drain', () => this.#body?.resume());
  }

  async #refusal(response: IncomingMessage, stream: 'read' | 'write'): Promise<LoginError> {
    this.#openRefusals++;
    this.#over.signal.addEventListener('abort', () => response.destroy(), { once: true });
    const attempted = `Post "${this.#attempt.target.baseUrl}${sessionPath}" (${stream})`;
    const error = await refusalOf(response, { attempted, stream }, this.#attempt);
    this.#openRefusals--;
    return error;
  }

  /** One stream is done, and so is the session; a refusal of the other that is being read is waited for. */
  #end(error?: unknown): void {
    if (error !== undefined) this.#failures.push(error);
    if (this.#openRefusals === 0) this.#over.abort();
  }

  /** The body of the write stream ends in good order; the read stream was closed by then. */
  async #close(request: ClientRequest | undefined): Promise<void> {
    if (request === undefined) return;
    if (request !== this.#write || request.destroyed) {
      request.destroy();
      return;
    }
    await new Promise<void>((resolve) => {
      const stuck = this.#attempt.clock.setTimer(closeTimeoutMs, () => request.destroy());
      request.once('close', () => {
        stuck.cancel();
        resolve();
      });
      request.end(() => request.destroy());
    });
  }

  #described(error: unknown, stream: 'read' | 'write'): unknown {
    if (isMoorlineError(error)) return error;
    const cause = error instanceof Error ? error : new Error(String(error));
    const url = `${this.#attempt.target.baseUrl}${sessionPath}`;
    return new LoginError(`Post "${url}" (${stream}): ${cause.message}`, {
      code: 'session_lost',
      isRetryable: true,
      cause,
    });
  }
}

/** The order in which the original writes them, the names without prefix for older control planes. */
function sessionHeaders(
  { credentials, target }: SessionAttempt,
  stream: 'read' | 'write',
  cookie: string,
): (readonly [string, string])[] {
  const { sessionToken, machineProof } = credentials;
  const machineId = utf8AsLatin1(credentials.machineId);
  return [
    stream === 'read' ? ['Content-Length', '0'] : ['Transfer-Encoding', 'chunked'],
    ['Authorization', bearerHeader(sessionToken)],
    ...(cookie === '' ? [] : [['Cookie', cookie] as const]),
    ['Machine_id', machineId],
    ['Origin', target.origin],
    ['Session_type', stream],
    ['Token', utf8AsLatin1(sessionToken)],
    ['X-Gpud-Machine-Id', machineId],
    ...(machineProof === undefined ? [] : [['X-Gpud-Machine-Proof', utf8AsLatin1(machineProof)] as const]),
    ['X-Gpud-Session-Type', stream],
  ];
}

function unzipped(response: IncomingMessage): Readable {
  if (response.headers['content-encoding'] !== 'gzip') return response;
  const unzip = createGunzip({ flush: constants.Z_SYNC_FLUSH });
  response.on('error', (error) => unzip.destroy(error));
  response.on('close', () => response.complete || unzip.destroy());
  return response.pipe(unzip);
}
