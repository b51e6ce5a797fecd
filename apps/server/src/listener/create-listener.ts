import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isTimeoutError, type Logger, withDeadline } from '@moorline/core';
import fastify, { type FastifyInstance } from 'fastify';
import { withoutBasePath } from './base-path.js';
import { clientErrorHandler } from './client-errors.js';
import { compressAnswers } from './compression.js';
import { answerFailure, answerFailures, asApiError } from './failures.js';
import { refuseLateBodies } from './late-bodies.js';
import { logRequests } from './request-log.js';
import { type Certificate, secureServer } from './secure-server.js';
import { addSecurityHeaders } from './security-headers.js';

/** What keeps one client, or many, from using the server up. */
export interface ListenerLimits {
  /** More connections at once are closed unanswered. */
  maxConnections: number;
  /** Milliseconds for the headers of a request; 408 after that. */
  headersTimeout: number;
  /** Milliseconds for a whole request, headers and body; 408 after that. */
  requestTimeout: number;
}

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Bytes of a body, except on the ClusterCockpit routes: logins and descriptions, some of them from strangers. */
export const bodyLimit = 4 * 1024 ** 2;

/** Milliseconds. Longer than the idle time of common load balancers, so that they close first. */
const keepAliveTimeout = 75_000;

/** Milliseconds of complete silence on a connection, also while it should read an answer. */
const silenceTimeout = 180_000;

export interface ListenerOptions {
  limits: ListenerLimits;
  /** With it the listener speaks HTTP/2 and HTTP/1.1 over TLS, without it HTTP/1.1. */
  certificate?: Certificate | undefined;
  /** What a reverse proxy may leave before the paths of requests: `/cp`; empty or absent = nothing. */
  basePath?: string | undefined;
  logger: Logger;
}

/** An HTTP listener with limits, request log and failure answers, and no routes yet. */
export function createListener({ limits, certificate, basePath = '', logger }: ListenerOptions): FastifyInstance {
  const headersTimeout = Math.min(limits.headersTimeout, limits.requestTimeout);
  const app = fastify({
    bodyLimit,
    // Node's own limit would end the sessions of agents: see late-bodies.ts.
    requestTimeout: 0,
    connectionTimeout: silenceTimeout,
    keepAliveTimeout,
    http: {
      headersTimeout,
      // Node looks for late clients this often; its own 30 s would make every short time-out a long one.
      connectionsCheckingInterval: 1000,
    },
    ...(certificate && {
      serverFactory: (handler: RequestHandler) =>
        secureServer(certificate, { headersTimeout, keepAliveTimeout, silenceTimeout }, handler),
    }),
    forceCloseConnections: 'idle',
    genReqId: ({ headers }) => sentRequestId(headers['x-request-id']) ?? randomUUID(),
    clientErrorHandler: clientErrorHandler(limits, logger),
    frameworkErrors: (error, _request, reply) => void answerFailure(reply, asApiError(error)),
    rewriteUrl: ({ url = '/' }) => withoutBasePath(withoutDoubleSlash(url), basePath),
    routerOptions: { maxParamLength: 256 },
  });
  app.server.maxConnections = limits.maxConnections;
  logRequests(app, logger);
  refuseLateBodies(app, limits, logger);
  addSecurityHeaders(app);
  compressAnswers(app);
  answerFailures(app, logger);
  endConnectionsWhenClosing(app);
  return app;
}

/**
 * Stops accepting, lets requests finish for `graceMs`, then cuts what is left.
 */
export async function closeListener(app: FastifyInstance, graceMs: number): Promise<void> {
  const closed = app.close();
  try {
    await withDeadline(() => closed, { timeoutMs: graceMs, attempted: 'finishing the open requests' });
  } catch (error) {
    if (!isTimeoutError(error)) throw error;
    app.server.closeAllConnections();
    await closed;
  }
}

/** A client that keeps its connection would hold the stop up once its last request is answered. */
function endConnectionsWhenClosing(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  app.addHook('onResponse', (_request, _reply, done) => {
    if (isClosing) app.server.closeIdleConnections();
    done();
  });
}

/** The id that a proxy or client gave, so that its log and ours can be joined; undefined where it could spoil a log. */
const sentRequestId = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' && /^[\w.:-]{1,128}$/.test(header) ? header : undefined;

/** GPUd agents whose endpoint was stored with a slash ask for `//healthz` and `//api/v1/session`. */
const withoutDoubleSlash = (url: string): string => url.replace(/^\/{2,}/, '/');
