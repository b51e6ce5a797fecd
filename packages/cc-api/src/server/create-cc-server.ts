import { type Clock, type Logger, silentLogger, systemClock } from '@moorline/core';
import { isSessionOperation, operationEntries, type OperationId } from '../wire/operations.js';
import { answer, type AnswerContext } from './answer.js';
import type { TokenVerifier } from './auth/token-verifier.js';
import type { CcBackend } from './backend.js';
import type { DecodeMetrics } from './decode-metrics.js';
import type { CcRequest, CcResponse } from './exchange.js';
import { createRouter, type RouterOptions } from './router.js';
import { createSessionContext } from './sessions/session-context.js';
import type { SessionOptions } from './sessions/session-options.js';

/** What the server half is made of. */
export interface CcServerOptions {
  /** The storage. */
  backend: CcBackend;
  /** Checks tokens: {@link createTokenVerifier}, or a function of your own. */
  verifyToken: TokenVerifier;
  /** Decodes the line protocol of `POST /api/write`. */
  decodeMetrics: DecodeMetrics;
  /**
   * `none` asks nobody for a token (the original's `disable-authentication`): for tests on one machine. What needs to
   * know who asks is refused then. Default `tokens`.
   */
  authentication?: 'tokens' | 'none';
  /**
   * Whether a token counts only while its subject is one of the backend's users, with the roles and projects that the
   * user has there, whatever the token says. Tokens that are bound to clusters are machines' and stay as they are.
   * Default false.
   */
  validateUsers?: boolean;
  /** Keeps a document for each machine; without it `/api/machine_state/…` leads nowhere, as in the original. */
  machineState?: {
    /** Longest document. Default 1 MiB, at most `limits.bodyBytes`. */
    maxBytes?: number;
  };
  /** Addresses that may use `/api/…`; empty, or `*` first = all. Default all. */
  allowedIps?: readonly string[];
  /**
   * Whether the paths that the original's document names and the original does not answer (`/write/`, `/api/nodestats/`)
   * are answered, as the real ones are. Default true.
   */
  documentedPaths?: boolean;
  /** Lets people log in with a password, and mounts what a session opens. Absent = there are no such routes. */
  sessions?: SessionOptions;
  limits?: {
    /** Longest body, bytes; a longer one is a 413. Default 16 MiB. */
    bodyBytes?: number;
  };
  clock?: Clock;
  logger?: Logger;
}

/** Answers one request, whatever framework received it. Never rejects. */
export type CcServer = (request: CcRequest) => Promise<CcResponse>;

/**
 * The ClusterCockpit routes over a storage, framework-neutral: what {@link createCcHandler} and the Fastify plugin wrap.
 *
 * @throws CcApiError `invalid_key` for a key for sessions that is none.
 */
export function createCcServer(options: CcServerOptions): CcServer {
  const { clock = systemClock, logger = silentLogger, sessions } = options;
  const context: AnswerContext = {
    backend: options.backend,
    verifyToken: options.authentication === 'none' ? undefined : options.verifyToken,
    validateUsers: options.validateUsers ?? false,
    maxMachineStateBytes: options.machineState?.maxBytes ?? 1024 * 1024,
    decodeMetrics: options.decodeMetrics,
    allowedIps: options.allowedIps ?? [],
    matchRoute: createRouter(routerOptions(options)),
    maxBodyBytes: options.limits?.bodyBytes ?? 16 * 1024 * 1024,
    sessions:
      sessions === undefined ? undefined : createSessionContext(sessions, { backend: options.backend, clock, logger }),
    clock,
    logger,
  };
  return (request) => answer(request, context);
}

/** Which routes these options open. */
export function routerOptions(
  options: Pick<CcServerOptions, 'documentedPaths' | 'machineState' | 'sessions'>,
): RouterOptions {
  const without = new Set<OperationId>();
  if (options.sessions === undefined)
    for (const [id] of operationEntries()) if (isSessionOperation(id)) without.add(id);
  if (options.machineState === undefined) without.add('getMachineState').add('putMachineState');
  return { documentedPaths: options.documentedPaths ?? true, without };
}
