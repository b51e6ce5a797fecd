import {
  type Clock,
  isTimeoutError,
  type Logger,
  redactText,
  silentLogger,
  systemClock,
  withDeadline,
} from '@moorline/core';
import { parseBearer } from '../wire/bearer.js';
import { ShapeMismatch } from '../wire/json-decoder.js';
import { JsonTextError } from '../wire/json-text.js';
import { loginPath, type LoginRequest, parseLoginRequest } from '../wire/login-request.js';
import { addressKey } from './address-key.js';
import { bodyTooLarge } from './byte-collector.js';
import { checkIn } from './check-in.js';
import { createFailureLimiter, type FailureLimit, type FailureLimiter } from './failure-limiter.js';
import type { LoginStore } from './login-store.js';
import { documentedRefusal, Refusal, type RefusalParts } from './refusal.js';
import { tokenHash } from './token-hash.js';

/** Options of `createLoginHandler` and `createLoginListener`. */
export interface LoginServerOptions {
  store: LoginStore;
  /** Path that is answered; others get a 404. Default `/api/v1/login`, where every agent posts. */
  path?: string | undefined;
  /** Ids of new machines. Default `crypto.randomUUID`. */
  generateMachineId?: (() => string | Promise<string>) | undefined;
  /** Longest body, bytes. Real ones have 1 to 100 KB. Default 1 MiB. */
  maxBodyBytes?: number | undefined;
  /** Milliseconds for a body to arrive. Default 30,000; 0 turns it off. */
  bodyTimeoutMs?: number | undefined;
  /**
   * Refused logins (401, 403, 404) from one address (IPv6: one /64) until it is turned away with 429. Holds where the
   * address is known. Default 60 in a minute; false turns it off.
   */
  addressLimit?: FailureLimit | false | undefined;
  /** Logins with one and the same invalid token until it is turned away unseen. Default 20 in a minute; false turns it off. */
  tokenLimit?: FailureLimit | false | undefined;
  logger?: Logger | undefined;
  clock?: Clock | undefined;
}

/** A request as the service sees it, whatever server it came through. */
export interface IncomingLogin {
  method: string;
  /** Without the query. */
  path: string;
  authorization?: string | null | undefined;
  contentLength?: string | null | undefined;
  remoteAddress?: string | undefined;
  /** @throws Refusal beyond the bound; whatever the connection fails with. */
  readBody(maxBytes: number): Promise<Uint8Array>;
}

export interface LoginAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** JSON. */
  body: string;
}

/**
 * The answering half of a login (docs/protocol.md §4), apart from any server: never rejects. The registration token
 * reaches the store's `findRegistration` and nothing else: the requests that the store is given to keep have an empty
 * one, and no log line holds it.
 */
export function createLoginService(options: LoginServerOptions): (incoming: IncomingLogin) => Promise<LoginAnswer> {
  const { logger = silentLogger, clock = systemClock } = options;
  const limiterOf = (limit: FailureLimit | false): FailureLimiter | undefined =>
    limit === false ? undefined : createFailureLimiter(limit, clock);
  const settings: Settings = {
    store: options.store,
    path: options.path ?? loginPath,
    generateMachineId: options.generateMachineId ?? (() => crypto.randomUUID()),
    maxBodyBytes: options.maxBodyBytes ?? 1024 * 1024,
    bodyTimeoutMs: options.bodyTimeoutMs ?? 30_000,
    byAddress: limiterOf(options.addressLimit ?? { maxFailures: 60, windowMs: 60_000 }),
    byToken: limiterOf(options.tokenLimit ?? { maxFailures: 20, windowMs: 60_000 }),
    logger,
    clock,
  };
  return async (incoming) => {
    try {
      return await answer(incoming, settings);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : documentedRefusal('login_failed', {}, error);
      logRefusal(refusal, incoming, logger);
      return answerOf(refusal.parts);
    }
  };
}

interface Settings {
  store: LoginStore;
  path: string;
  generateMachineId: () => string | Promise<string>;
  maxBodyBytes: number;
  bodyTimeoutMs: number;
  byAddress: FailureLimiter | undefined;
  byToken: FailureLimiter | undefined;
  logger: Logger;
  clock: Clock;
}

async function answer(incoming: IncomingLogin, settings: Settings): Promise<LoginAnswer> {
  if (incoming.path.replace(/\/{2,}/g, '/') !== settings.path) {
    throw new Refusal({ status: 404, reason: 'NotFound', text: 'not found' });
  }
  if (incoming.method !== 'POST') {
    const headers = { allow: 'POST' };
    throw new Refusal({ status: 405, reason: 'MethodNotAllowed', text: 'method not allowed', headers });
  }
  const { remoteAddress } = incoming;
  const address = remoteAddress === undefined ? undefined : addressKey(remoteAddress);
  if (address !== undefined) turnAway(settings.byAddress?.blockedForMs(() => address));
  const request = parse(await readBody(incoming, settings));
  turnAway(settings.byToken?.blockedForMs(() => tokenHash(request.token)));
  try {
    const { machine, sessionToken, isNew } = await checkIn(request, parseBearer(incoming.authorization), settings);
    const facts = { machineId: machine.id, workspace: machine.workspace, nodeGroup: machine.nodeGroup, remoteAddress };
    settings.logger.info(facts, isNew ? 'machine enrolled' : 'machine logged in again');
    return jsonAnswer(200, { machineID: machine.id, token: sessionToken });
  } catch (error) {
    const status = error instanceof Refusal ? error.parts.status : 500;
    if (address !== undefined && [401, 403, 404].includes(status)) settings.byAddress?.record(address);
    if (status === 401) settings.byToken?.record(tokenHash(request.token));
    throw withoutToken(error, request.token);
  }
}

async function readBody(incoming: IncomingLogin, settings: Settings): Promise<Uint8Array> {
  const { maxBodyBytes, bodyTimeoutMs, clock } = settings;
  if (Number(incoming.contentLength ?? 0) > maxBodyBytes) throw bodyTooLarge(maxBodyBytes);
  try {
    return await withDeadline(() => incoming.readBody(maxBodyBytes), {
      timeoutMs: bodyTimeoutMs,
      clock,
      attempted: 'reading a login request',
    });
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (isTimeoutError(error)) {
      throw new Refusal({ status: 408, reason: 'RequestTimeout', text: 'the request body did not arrive in time' });
    }
    throw documentedRefusal('cannot_parse_json', { detail: 'unexpected EOF' }, error);
  }
}

function parse(body: Uint8Array): LoginRequest {
  try {
    return parseLoginRequest(body);
  } catch (error) {
    if (error instanceof JsonTextError || error instanceof ShapeMismatch) {
      throw documentedRefusal('cannot_parse_json', { detail: error.message });
    }
    throw error;
  }
}

function turnAway(blockedForMs: number | undefined): void {
  if (blockedForMs === undefined) return;
  throw new Refusal({
    status: 429,
    reason: 'TooManyRequests',
    text: 'too many failed logins, please try again later',
    headers: { 'retry-after': String(Math.max(1, Math.ceil(blockedForMs / 1000))) },
  });
}

function jsonAnswer(status: number, body: object, headers: Readonly<Record<string, string>> = {}): LoginAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}

/** Four texts, so that agents of every version can read the answer (docs/protocol.md §4.1). */
function answerOf({ status, reason, text, headers }: RefusalParts): LoginAnswer {
  return jsonAnswer(status, { code: reason, message: text, status: reason, error: text, machineID: '' }, headers);
}

function logRefusal(refusal: Refusal, { remoteAddress }: IncomingLogin, logger: Logger): void {
  const { parts, cause } = refusal;
  const reason = cause instanceof Error ? redactText(cause.message) : undefined;
  const facts = { number: parts.number, status: parts.status, remoteAddress, reason };
  if (parts.status >= 500) logger.error(facts, `login not answered: ${parts.text}`);
  else logger.warn(facts, `login refused: ${parts.text}`);
}

/** A store's error may quote what it was asked with. */
function withoutToken(error: unknown, token: string): unknown {
  if (!(error instanceof Error) || token === '') return error;
  const hide = (message: string): Error => new Error(message.replaceAll(token, '[redacted]'));
  if (!(error instanceof Refusal)) return hide(error.message);
  return error.cause instanceof Error ? new Refusal(error.parts, hide(error.cause.message)) : error;
}
