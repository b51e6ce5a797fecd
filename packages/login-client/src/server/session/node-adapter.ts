import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { diagnosticsPath, healthPath, notificationPath } from '../../wire/session/paths.js';
import type { MachineHandler } from './machine-handler.js';

/** What is needed of a response of `node:http`, `node:https` or `node:http2`. */
interface NodeAnswer {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

interface NodeQuestion extends Readable {
  method?: string | undefined;
  url?: string | undefined;
  headers: IncomingHttpHeaders;
}

/**
 * Answers a request of Node with a web-standard handler, where its path is one of that handler's.
 *
 * @returns whether it is.
 */
export function answerOnNode(request: unknown, response: unknown, handle: MachineHandler): boolean {
  if (!isQuestion(request) || !isAnswer(response)) return false;
  const path = (request.url ?? '/').replace(/[?#].*$/s, '').replace(/\/{2,}/g, '/');
  if (path !== healthPath && path !== notificationPath && !path.startsWith(diagnosticsPath)) return false;
  // Fails only where the peer has left before its answer.
  respond(path, request, response, handle).catch(() => request.destroy());
  return true;
}

async function respond(path: string, request: NodeQuestion, response: NodeAnswer, handle: MachineHandler) {
  const { method = 'GET', headers } = request;
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && !name.startsWith(':') ? [[name, value]] : [],
  );
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  const body = hasBody ? { body: Readable.toWeb(request) as ReadableStream, duplex: 'half' } : {};
  const answer = await handle(
    new Request(`http://localhost${path}`, { method, headers: kept, ...body } as RequestInit),
  );
  response.statusCode = answer?.status ?? 404;
  for (const [name, value] of answer?.headers ?? []) response.setHeader(name, value);
  response.end((await answer?.text()) ?? notFound);
  if (!request.readableEnded) request.resume();
}

const notFound = JSON.stringify({ code: 'NotFound', message: 'not found', status: 'NotFound', error: 'not found' });

const isQuestion = (value: unknown): value is NodeQuestion => value instanceof Readable && 'headers' in value;

const isAnswer = (value: unknown): value is NodeAnswer =>
  typeof value === 'object' && value !== null && 'setHeader' in value && 'statusCode' in value;
