import { IncomingMessage, type Server as HttpServer, ServerResponse } from 'node:http';
import type { Http2SecureServer, Http2Server, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from '@moorline/core';
import { createMachineHandler, type MachineReports } from './machine-handler.js';
import { answerOnNode } from './node-adapter.js';
import type { SessionServer } from './session-server.js';
import type { SessionStore } from './session-store.js';

/** Servers that sessions can be taken from; version 2 needs one of HTTP/2, with `allowHTTP1` for version 1. */
export type NodeServer = HttpServer | HttpsServer | Http2Server | Http2SecureServer;

/** Options of `attachTo`. */
export interface AttachOptions extends MachineReports {
  /** Whether health probes, notifications and diagnostics are answered too. Default true. */
  reports?: boolean | undefined;
}

/** Milliseconds after which the kernel asks a silent peer whether it is there: a machine that lost its power says nothing. */
const probeMs = 60_000;

/** Milliseconds for which a connection of HTTP/2 may carry nothing: agents keep that of their enrolment for as long as they live. */
const idleMs = 75_000;

export function attachSessions(
  server: NodeServer,
  sessions: Pick<SessionServer, 'handleRequest' | 'handleStream'>,
  { store, logger }: { store: SessionStore; logger: Logger },
  { reports = true, ...handlers }: AttachOptions = {},
): void {
  // A write stream is a request that does not end.
  if ('requestTimeout' in server || 'allowHTTP1' in server) Object.assign(server, { requestTimeout: 0 });
  server.on('connection', (socket: Socket) => socket.setKeepAlive(true, probeMs));
  const handle = createMachineHandler({ store, logger, ...handlers });
  inFront(server, 'request', (request, response) => {
    if (request instanceof IncomingMessage && response instanceof ServerResponse) {
      if (sessions.handleRequest(request, response)) return true;
    }
    return reports && answerOnNode(request, response, handle);
  });
  if (!('updateSettings' in server)) return;
  inFront(server, 'stream', (stream, headers) =>
    sessions.handleStream(stream as ServerHttp2Stream, headers as IncomingHttpHeaders),
  );
  server.on('session', (session: ServerHttp2Session) => session.setTimeout(idleMs, () => session.close()));
  // Almost every end of an agent's connection is one: real agents do not say goodbye.
  server.on('sessionError', (error: Error) => logger.debug({ error: error.message }, 'a connection has ended'));
}

/** What `take` does not want goes to the listeners that were there before. */
function inFront(server: NodeServer, event: string, take: (first: unknown, second: unknown) => boolean): void {
  const others = server.listeners(event);
  server.removeAllListeners(event);
  server.on(event, (...args: unknown[]) => {
    if (take(args[0], args[1])) return;
    for (const listener of others) Reflect.apply(listener, server, args);
  });
}
