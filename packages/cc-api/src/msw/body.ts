import { encodeGoJson } from '../wire/go-json/encode.js';
import { knownError, knownSuccess } from './known-answers.js';
import type { MockAnswer, MockView } from './mock-view.js';
import { sample } from './sample.js';

/** What goes into an answer's body, and what it is called. */
export interface MockBody {
  text: string;
  /** Content type; undefined where there is no body. */
  type: string | undefined;
}

/**
 * The body of one status of an operation: as the document describes it, with the original's own words where they are
 * known. A status that the view does not describe gets an error body.
 *
 * @param error in place of the known text of a failure.
 */
export function bodyOf(
  operation: string,
  status: number,
  answer: MockAnswer | undefined,
  { definitions }: MockView,
  seed: number,
  error = knownError(operation, status) ?? reasonOf(status),
): MockBody {
  if (status >= 400) return errorBody(status, answer, error);
  const { type, schema } = answer ?? {};
  if (schema === undefined || type === undefined) return { text: '', type: undefined };
  const known = knownSuccess(operation);
  if (schema.type === 'string') {
    const text = known ?? 'ok';
    return type === json && !text.startsWith('{') ? { text: encodeGoJson(text), type } : { text, type };
  }
  if (schema.$ref?.endsWith('/api.DefaultAPIResponse') === true) {
    return { text: encodeGoJson({ msg: known ?? 'success' }), type };
  }
  if (operation === 'listRoles') return { text: encodeGoJson(['api', 'user', 'manager', 'support', 'admin']), type };
  return { text: encodeGoJson(sample(schema, definitions, seed)), type };
}

function errorBody(status: number, answer: MockAnswer | undefined, error: string): MockBody {
  if (answer !== undefined && answer.schema === undefined) return { text: '', type: undefined };
  if (answer?.schema?.type === 'string') {
    return answer.type === json ? { text: encodeGoJson(error), type: json } : { text: `${error}\n`, type: answer.type };
  }
  return { text: errorJson(status, error), type: json };
}

/** The original's two forms: the authentication writes the members the other way round. */
export function errorJson(status: number, error: string): string {
  if (status === 401) return encodeGoJson({ error, status: 'Unauthorized' });
  if (error === 'the requested endpoint does not exist') return encodeGoJson({ error, status: 'Resource not found' });
  return encodeGoJson({ status: reasonOf(status), error });
}

const json = 'application/json';

/** What HTTP calls a status. */
function reasonOf(status: number): string {
  return reasons.get(status) ?? `Status ${status}`;
}

const reasons = new Map([
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [409, 'Conflict'],
  [422, 'Unprocessable Entity'],
  [429, 'Too Many Requests'],
  [500, 'Internal Server Error'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
  [504, 'Gateway Timeout'],
]);
