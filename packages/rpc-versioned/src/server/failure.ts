import { goJson } from '@moorline/core';
import { encodeAnswer, methods, type MethodName } from '../wire/methods.js';
import { encodeFailure, encodeResult } from '../wire/response.js';
import { type ApplicationError, isApplicationError } from '../wire/rpc-error.js';

/** How deep a chain of causes is followed. */
const longestChain = 8;

/** The answer to a call whose handler has thrown. */
export function encodeThrown(name: MethodName, id: string, thrown: unknown): string {
  const found = methods[name].wrapping === 'bare' ? undefined : findApplicationError(thrown);
  if (found !== undefined) {
    try {
      return encodeResult(id, encodeAnswer(name, found.partialResult, found.application));
    } catch {
      return encodeResult(id, encodeAnswer(name, undefined, found.application));
    }
  }
  return encodeFailure(id, goJson(messageOf(thrown)));
}

/** The structured error in what was thrown, or in one of its causes. Its short text is never empty: Go peers print it. */
function findApplicationError(thrown: unknown): { application: ApplicationError; partialResult: unknown } | undefined {
  let error = thrown;
  for (let depth = 0; depth < longestChain; depth++) {
    if (isApplicationError(error)) {
      const { type, help, error: text } = error.application;
      const application = { type, help, error: text === undefined || text === '' ? messageOf(error) : text };
      return { application, partialResult: error.partialResult };
    }
    if (!(error instanceof Error)) return undefined;
    error = error.cause;
  }
  return undefined;
}

/** What is said of an error: never nothing, which a Go client takes for success. */
export function messageOf(thrown: unknown): string {
  const message = textOf(thrown);
  return message === '' ? 'unspecified error' : message;
}

function textOf(thrown: unknown): string {
  if (thrown === undefined || thrown === null) return '';
  if (thrown instanceof Error) return thrown.message;
  if (typeof thrown === 'string') return thrown;
  try {
    return String(thrown);
  } catch {
    return '';
  }
}
