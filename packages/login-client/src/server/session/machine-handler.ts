import { type Clock, type Logger, silentLogger, withDeadline } from '@moorline/core';
import { readBody as readRequestBody } from '../read-request-body.js';
import { Refusal } from '../refusal.js';
import { ShapeMismatch, decodeJson, struct, text } from '../../wire/json-decoder.js';
import { JsonTextError, parseJsonText } from '../../wire/json-text.js';
import { readSessionHeaders } from '../../wire/session/headers.js';
import { diagnosticsPath, healthPath, notificationPath } from '../../wire/session/paths.js';
import { newAttemptCookie } from './attempt-cookie.js';
import { badToken, refusalBody, storeFailed } from './refuse-session.js';
import type { SessionMachine, SessionStore } from './session-store.js';

/** What machines tell beside their session. A handler that rejects is answered with 500, and agents try some again. */
export interface MachineReports {
  /** A machine starts or stops. Without it notifications are taken and forgotten. */
  onNotification?: ((notification: MachineNotification) => Promise<void> | void) | undefined;
  /** A diagnostic report that was asked for. Without it diagnostics are answered with 404. */
  onDiagnostic?: ((diagnostic: MachineDiagnostic) => Promise<void> | void) | undefined;
  /** Largest report that is taken, bytes. Default 64 MiB. */
  maxReportBytes?: number | undefined;
}

export interface MachineNotification {
  machineId: string;
  type: 'startup' | 'shutdown';
}

/** One of the two: a report, or why there is none. */
export interface MachineDiagnostic {
  machineId: string;
  /** As the request gave it. */
  reportId: string;
  /** Compressed with gzip, as it came. */
  report?: Uint8Array | undefined;
  /** SHA-256 of the report, hexadecimal, as the agent told it; not checked. */
  sha256?: string | undefined;
  /** `diagnostic_timeout`, `diagnostic_command_failed`, … */
  failure?: string | undefined;
}

export interface MachineHandlerOptions extends MachineReports {
  store: Pick<SessionStore, 'findSessionMachine'>;
  clock?: Clock | undefined;
  logger?: Logger | undefined;
}

/** @returns undefined for a path that is none of its own. */
export type MachineHandler = (request: Request) => Promise<Response | undefined>;

/** Milliseconds that the store may take: a probe that is not answered keeps an agent waiting for ever (docs/protocol.md §8.2). */
const lookUpMs = 10_000;

/** Bytes of a notification, or of the reason for a failure. */
const maxTextBytes = 64 * 1024;

/**
 * Answers `/healthz`, `/api/v1/notification` and `/api/v1/diagnostics/…` as a web-standard handler, always and in full.
 * Without an `Authorization` header `/healthz` says only that the server is there.
 */
export function createMachineHandler(options: MachineHandlerOptions): MachineHandler {
  const { logger = silentLogger } = options;
  return async (request) => {
    const path = new URL(request.url).pathname.replace(/\/{2,}/g, '/');
    const work = routeOf(path, request, options);
    if (work === undefined) return undefined;
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refusal) return answerRefusal(error);
      logger.error({ path, error: error instanceof Error ? error.message : String(error) }, 'a report was not taken');
      return answer(500, refusalBody({ reason: 'InternalFailure', text: 'failed to take the report' }));
    }
  };
}

function routeOf(
  path: string,
  request: Request,
  options: MachineHandlerOptions,
): (() => Promise<Response>) | undefined {
  if (path === healthPath) return () => answerHealth(request, options);
  if (path === notificationPath) return () => takeNotification(request, options);
  const [, reportId, kind] = diagnosticPath.exec(path) ?? [];
  if (reportId === undefined || options.onDiagnostic === undefined) return undefined;
  return () => takeDiagnostic(request, { reportId: decodeURIComponent(reportId), kind }, options);
}

const diagnosticPath = new RegExp(`^${diagnosticsPath}([\\w.~-]{1,200})/(report|failure)$`);

async function answerHealth(request: Request, options: MachineHandlerOptions): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw wrongMethod('GET');
  const ok = JSON.stringify({ status: 'ok' });
  if (request.headers.get('authorization') === null) return answer(200, ok);
  await findMachine(request, options);
  return answer(200, ok, { 'set-cookie': newAttemptCookie() });
}

async function takeNotification(request: Request, options: MachineHandlerOptions): Promise<Response> {
  if (request.method !== 'POST') throw wrongMethod('POST');
  const machine = await findMachine(request, options);
  const { id, type } = parsed(await readRequestBody(request, maxTextBytes), notificationShape);
  if (id !== machine.id) throw refusal(badToken);
  if (type !== 'startup' && type !== 'shutdown') throw badBody('type must be startup or shutdown');
  await options.onNotification?.({ machineId: machine.id, type });
  return answer(200, '{}');
}

const notificationShape = struct('v1.NotificationRequest', { id: text, type: text });

async function takeDiagnostic(
  request: Request,
  { reportId, kind }: { reportId: string; kind: string | undefined },
  options: MachineHandlerOptions,
): Promise<Response> {
  if (request.method !== 'POST') throw wrongMethod('POST');
  const machine = await findMachine(request, options);
  if (readSessionHeaders(Object.fromEntries(request.headers)).machineId !== machine.id) throw refusal(badToken);
  const told = { machineId: machine.id, reportId };
  if (kind === 'failure') {
    const { reason } = parsed(await readRequestBody(request, maxTextBytes), failureShape);
    await options.onDiagnostic?.({ ...told, failure: reason ?? '' });
  } else {
    const report = await readRequestBody(request, options.maxReportBytes ?? 64 * 1024 * 1024);
    const sha256 = request.headers.get('x-gpud-diagnostic-sha256') ?? undefined;
    await options.onDiagnostic?.({ ...told, report, sha256 });
  }
  return answer(200, '{}');
}

const failureShape = struct('v1.DiagnosticFailure', { reason: text });

async function findMachine(request: Request, { store, clock }: MachineHandlerOptions): Promise<SessionMachine> {
  const { token } = readSessionHeaders({ authorization: request.headers.get('authorization') ?? '' });
  if (token === '') throw refusal(badToken);
  const machine = await withDeadline(() => store.findSessionMachine(token), {
    timeoutMs: lookUpMs,
    clock,
    attempted: 'looking a session token up',
  }).catch((error: unknown) => {
    throw refusal(storeFailed, error);
  });
  if (machine === undefined) throw refusal(badToken);
  return machine;
}

function parsed<T>(body: Uint8Array, shape: { goType: string; zero(): T; read(value: unknown): T }): T {
  try {
    return decodeJson(parseJsonText(body), shape);
  } catch (error) {
    if (error instanceof JsonTextError || error instanceof ShapeMismatch) throw badBody(error.message);
    throw error;
  }
}

const badBody = (text: string): Refusal => new Refusal({ status: 400, reason: 'InvalidParameter', text });

const wrongMethod = (allow: string): Refusal =>
  new Refusal({ status: 405, reason: 'MethodNotAllowed', text: `only ${allow} is answered here`, headers: { allow } });

function refusal(parts: { status: number; reason: string; text: string; retryAfterSeconds?: number }, cause?: unknown) {
  const { status, reason, text, retryAfterSeconds: after } = parts;
  return new Refusal(
    { status, reason, text, ...(after === undefined ? {} : { headers: { 'retry-after': String(after) } }) },
    cause,
  );
}

const answerRefusal = ({ parts }: Refusal): Response => answer(parts.status, refusalBody(parts), parts.headers);

const answer = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(body, {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });
