import { type Logger, silentLogger } from '@moorline/core';
import { readToken } from '../transports/scope-probe.js';
import { coverAllError } from '../wire/application-error.js';
import { type FluxEvent, readEvent } from '../wire/event.js';
import { type ApplicationError, isApplicationError } from '../wire/rpc-error.js';

/** Who posts an event. */
export interface EventSender {
  /** From `Authorization: Scope-Probe token=…`; undefined where the header is absent or of another scheme. */
  token: string | undefined;
  headers: Headers;
}

export interface EventsHandlerOptions {
  /** Says whose daemon this is, or undefined to refuse it (401). */
  authenticate: (sender: EventSender) => Promise<string | undefined> | string | undefined;
  /**
   * Takes an event in; what it throws is answered: a `fluxError` of type `missing` with 404, `user` with 422, any other
   * type with 500, and every other error with 422, as the original has it.
   */
  onEvent: (event: FluxEvent, tenant: string) => Promise<void> | void;
  /** What precedes `/v6/events` in the path: `/api/flux`. Default empty. */
  basePath?: string | undefined;
  /** Bytes; 413 beyond it. Default 8 MiB. */
  maxBodyBytes?: number | undefined;
  logger?: Logger | undefined;
}

/**
 * The receiving half of events as a web-standard handler: `POST /v6/events` (docs/protocol.md, Events).
 *
 * Answers 200 once `onEvent` has taken the event; undefined for every other path. Never rejects.
 */
export function createEventsHandler(
  options: EventsHandlerOptions,
): (request: Request) => Promise<Response | undefined> {
  const { authenticate, onEvent, basePath = '', maxBodyBytes = 8 * 1024 * 1024, logger = silentLogger } = options;
  const path = `${basePath.replace(/\/+$/, '')}/v6/events`;

  const takeIn = async (request: Request): Promise<Response> => {
    const { headers } = request;
    const tenant = await authenticate({ token: readToken(headers.get('authorization')), headers });
    if (tenant === undefined || tenant === '') return answerError(request, 401, unauthorized);
    const body = await readBody(request, maxBodyBytes);
    if (body === undefined) return answerError(request, 413, tooLarge(maxBodyBytes));
    let event: FluxEvent;
    try {
      event = readEvent(JSON.parse(body));
    } catch (error) {
      return answerError(request, 400, applicationOf(error));
    }
    await onEvent(event, tenant);
    return new Response(null, { status: 200 });
  };

  return async (request) => {
    if (new URL(request.url).pathname !== path) return undefined;
    if (request.method !== 'POST') return new Response(null, { status: 405, headers: { Allow: 'POST' } });
    try {
      return await takeIn(request);
    } catch (error) {
      const application = applicationOf(error);
      logger.error({ error: application.error, type: application.type }, 'an event was not taken in');
      return answerError(request, statusOf(application), application);
    }
  };
}

const unauthorized: ApplicationError = {
  type: 'user',
  help: 'The service does not know this token: check it.',
  error: 'unauthorized',
};

const tooLarge = (bytes: number): ApplicationError => ({
  type: 'user',
  help: `An event is at most ${bytes} bytes long.`,
  error: 'the event is too large',
});

/** What travels of an error: its own structure, its cause's, or the one that covers all. */
function applicationOf(error: unknown): ApplicationError {
  for (let at = error, depth = 0; depth < 8; depth++) {
    if (isApplicationError(at)) return at.application;
    if (!(at instanceof Error)) break;
    at = at.cause;
  }
  const text = error instanceof Error ? error.message : String(error);
  const { application } = coverAllError(text === '' ? 'unspecified error' : text);
  return application ?? { type: 'user', help: text, error: text };
}

function statusOf({ type }: ApplicationError): number {
  if (type === 'missing') return 404;
  return type === 'user' ? 422 : 500;
}

/** As JSON for who accepts it, as the help text for who wants plain text, as the short text for who says nothing. */
function answerError(request: Request, status: number, application: ApplicationError): Response {
  const accept = request.headers.get('accept') ?? '';
  if (/application\/(?:json|\*)|\*\/\*/.test(accept)) {
    const headers = { 'Content-Type': 'application/json; charset=utf-8' };
    return new Response(JSON.stringify(application), { status, headers });
  }
  const text = accept.includes('text/') ? application.help : (application.error ?? '');
  return new Response(text, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
}

/** The body as text, or undefined when it is longer than allowed. */
async function readBody(request: Request, maxBytes: number): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return undefined;
  const reader = request.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  while (reader !== undefined) {
    const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array };
    if (done || value === undefined) break;
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}
