import { type Clock, type Logger, redactText, silentLogger, systemClock } from '@moorline/core';
import { parseBearer } from '../wire/bearer.js';
import { JsonTextError } from '../wire/json-text.js';
import { ShapeMismatch } from '../wire/json-decoder.js';
import { loginPath, type LoginRequest, parseLoginRequest } from '../wire/login-request.js';
import { addressKey } from './address-key.js';
import { checkIn } from './check-in.js';
import { createFailureLimiter, type FailureLimit, type FailureLimiter } from './failure-limiter.js';
import type { LoginStore } from './login-store.js';
import { answerOf, documentedRefusal, jsonAnswer, Refusal } from './refusal.js';
import { readRequestBody } from './request-body.js';
import { tokenHash } from './token-hash.js';

/** Options of {@link createLoginHandler}. */
export interface LoginHandlerOptions {
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
   * context names the address. Default 60 in a minute; false turns it off.
   */
  addressLimit?: FailureLimit | false | undefined;
  /** Logins with one and the same invalid token until it is turned away unseen. Default 20 in a minute; false turns it off. */
  tokenLimit?: FailureLimit | false | undefined;
  logger?: Logger | undefined;
  clock?: Clock | undefined;
}

/** What the listener knows beside the request. */
export interface LoginContext {
  /** Address of the peer; behind a proxy that of its client. */
  remoteAddress?: string | undefined;
}

/** Answers a login; never rejects. */
export type LoginHandler = (request: Request, context?: LoginContext) => Promise<Response>;

/**
 * The answering half of a login (docs/protocol.md §4). Every answer is JSON; the texts, statuses and the order of checks
 * are those that real agents know. The registration token reaches the store's `findRegistration` and nothing else: the
 * requests that the store is given to keep have an empty one, and no log line holds it.
 */
export function createLoginHandler(options: LoginHandlerOptions): LoginHandler {
  const { logger = silentLogger, clock = systemClock } = options;
  const limiterOf = (limit: FailureLimit | false): FailureLimiter | undefined =>
    limit === false ? undefined : createFailureLimiter(limit, clock);
  const settings: Settings = {
    store: options.store,
    path: options.path ?? loginPath,
    generateMachineId: options.generateMachineId ?? (() => crypto.randomUUID()),
    body: { maxBytes: options.maxBodyBytes ?? 1024 * 1024, timeoutMs: options.bodyTimeoutMs ?? 30_000, clock },
    byAddress: limiterOf(options.addressLimit ?? { maxFailures: 60, windowMs: 60_000 }),
    byToken: limiterOf(options.tokenLimit ?? { maxFailures: 20, windowMs: 60_000 }),
    logger,
  };
  return async (request, context = {}) => {
    try {
      return await answer(request, context, settings);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : documentedRefusal('login_failed', {}, error);
      logRefusal(refusal, context, logger);
      return answerOf(refusal);
    }
  };
}

interface Settings {
  store: LoginStore;
  path: string;
  generateMachineId: () => string | Promise<string>;
  body: { maxBytes: number; timeoutMs: number; clock: Clock };
  byAddress: FailureLimiter | undefined;
  byToken: FailureLimiter | undefined;
  logger: Logger;
}

async function answer(request: Request, context: LoginContext, settings: Settings): Promise<Response> {
  const path = new URL(request.url).pathname.replace(/\/{2,}/g, '/');
  if (path !== settings.path) throw new Refusal({ status: 404, reason: 'NotFound', text: 'not found' });
  if (request.method !== 'POST') {
    throw new Refusal({
      status: 405,
      reason: 'MethodNotAllowed',
      text: 'method not allowed',
      headers: { allow: 'POST' },
    });
  }
  const address = context.remoteAddress === undefined ? undefined : addressKey(context.remoteAddress);
  turnAway(settings.byAddress, address);
  const login = parse(await readRequestBody(request, settings.body));
  const key = settings.byToken && login.token !== '' ? await tokenHash(login.token) : undefined;
  turnAway(settings.byToken, key);
  try {
    const { machine, sessionToken, isNew } = await checkIn(
      login,
      parseBearer(request.headers.get('authorization')),
      settings,
    );
    const facts = { machineId: machine.id, workspace: machine.workspace, nodeGroup: machine.nodeGroup, ...context };
    settings.logger.info(facts, isNew ? 'machine enrolled' : 'machine logged in again');
    return jsonAnswer(200, { machineID: machine.id, token: sessionToken });
  } catch (error) {
    if (error instanceof Refusal) {
      if (address !== undefined && [401, 403, 404].includes(error.status)) settings.byAddress?.record(address);
      if (key !== undefined && error.status === 401) settings.byToken?.record(key);
    }
    throw withoutToken(error, login.token);
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

function turnAway(limiter: FailureLimiter | undefined, key: string | undefined): void {
  const blockedForMs = key === undefined ? undefined : limiter?.blockedForMs(key);
  if (blockedForMs === undefined) return;
  throw new Refusal({
    status: 429,
    reason: 'TooManyRequests',
    text: 'too many failed logins, please try again later',
    headers: { 'retry-after': String(Math.max(1, Math.ceil(blockedForMs / 1000))) },
  });
}

function logRefusal(refusal: Refusal, context: LoginContext, logger: Logger): void {
  const { number, status, message, cause } = refusal;
  const facts = {
    number,
    status,
    ...context,
    ...(cause instanceof Error ? { reason: redactText(cause.message) } : {}),
  };
  if (status >= 500) logger.error(facts, `login not answered: ${message}`);
  else logger.warn(facts, `login refused: ${message}`);
}

/** A store's error may quote what it was asked with. */
function withoutToken(error: unknown, token: string): unknown {
  if (!(error instanceof Refusal) || !(error.cause instanceof Error) || token === '') return error;
  const cause = new Error(error.cause.message.replaceAll(token, '[redacted]'));
  return new Refusal({ ...error, number: error.number, text: error.message, headers: { ...error.headers } }, cause);
}
