import { form } from '@moorline/app-kit';
import { ControlApiError, isControlApiError } from '@moorline/control-api';
import type { Logger } from '@moorline/core';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';

/** Every failure outside the protocols that have bodies of their own is answered as `{ code, message, hint }`. */
export function answerFailures(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((request, reply) => {
    const failure = new ControlApiError(`there is no ${request.method} ${request.url.split('?', 1)[0] ?? ''}`, {
      code: 'not_found',
      hint: 'the README of @moorline/server lists the routes',
    });
    return answerFailure(reply, failure);
  });
  app.setErrorHandler((error: unknown, request, reply) => {
    const failure = asApiError(error, request.routeOptions.bodyLimit);
    if (statusOf(failure) >= 500) logger.error({ requestId: request.id, error }, 'a request failed');
    return answerFailure(reply, failure);
  });
}

export function answerFailure(reply: FastifyReply, failure: ControlApiError): FastifyReply {
  const { code, message, hint } = failure;
  return reply.code(statusOf(failure)).send({ code, message, hint });
}

/** Only failures that clients see as such have none. */
const statusOf = ({ status = 500 }: ControlApiError): number => status;

/**
 * Fastify's own refusals in our words; anything else is a failure of the server, told to its log alone.
 *
 * @param bodyLimit bytes that the route takes, where a route was found.
 */
export function asApiError(error: unknown, bodyLimit?: number): ControlApiError {
  if (isControlApiError(error)) return error;
  const { statusCode, code } = fastifyFacts(error);
  if (statusCode === 413) {
    return new ControlApiError('the body is too large', {
      code: 'body_too_large',
      hint: bodyLimit === undefined ? 'send less' : `send ${form.size.write?.(bodyLimit) ?? bodyLimit} at most`,
      cause: error,
    });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new ControlApiError(`the request is not accepted (${code ?? statusCode})`, {
      code: 'bad_request',
      hint: 'correct the request: its path, its headers or the length of its body cannot be right',
      cause: error,
    });
  }
  return new ControlApiError('the server failed', {
    code: 'internal',
    hint: 'its log tells why, under the request id of this answer',
    cause: error,
  });
}

function fastifyFacts(error: unknown): Partial<Pick<FastifyError, 'statusCode' | 'code'>> {
  if (!(error instanceof Error)) return {};
  return {
    ...('statusCode' in error && typeof error.statusCode === 'number' ? { statusCode: error.statusCode } : {}),
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
  };
}
