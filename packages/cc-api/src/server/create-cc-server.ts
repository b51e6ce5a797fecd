import { type Clock, type Logger, silentLogger, systemClock } from '@moorline/core';
import { answer, type AnswerContext } from './answer.js';
import type { TokenVerifier } from './auth/token-verifier.js';
import type { CcBackend } from './backend.js';
import type { DecodeMetrics } from './decode-metrics.js';
import type { CcRequest, CcResponse } from './exchange.js';
import { createRouter, type RouterOptions } from './router.js';

/** What the server half is made of. */
export interface CcServerOptions {
  /** The storage. */
  backend: CcBackend;
  /** Checks tokens: {@link createTokenVerifier}, or a function of your own. */
  verifyToken: TokenVerifier;
  /** Decodes the line protocol of `POST /api/write`. */
  decodeMetrics: DecodeMetrics;
  /** Addresses that may use `/api/…`; empty, or `*` first = all. Default all. */
  allowedIps?: readonly string[];
  /**
   * Whether the paths that the original's document names and the original does not answer (`/write/`, `/api/nodestats/`)
   * are answered, as the real ones are. Default true.
   */
  documentedPaths?: boolean;
  limits?: {
    /** Longest body, bytes; a longer one is a 413. Default 16 MiB. */
    bodyBytes?: number;
  };
  clock?: Clock;
  logger?: Logger;
}

/** Answers one request, whatever framework received it. Never rejects. */
export type CcServer = (request: CcRequest) => Promise<CcResponse>;

/** The ClusterCockpit routes over a storage, framework-neutral: what {@link createCcHandler} and the Fastify plugin wrap. */
export function createCcServer(options: CcServerOptions): CcServer {
  const context: AnswerContext = {
    backend: options.backend,
    verifyToken: options.verifyToken,
    decodeMetrics: options.decodeMetrics,
    allowedIps: options.allowedIps ?? [],
    matchRoute: createRouter(routerOptions(options)),
    maxBodyBytes: options.limits?.bodyBytes ?? 16 * 1024 * 1024,
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
  };
  return (request) => answer(request, context);
}

/** Which routes these options open. */
export function routerOptions({ documentedPaths = true }: Pick<CcServerOptions, 'documentedPaths'>): RouterOptions {
  return { documentedPaths, without: new Set() };
}
