import { RpcError } from '../wire/rpc-error.js';

/** The answer of a server that did not take the upgrade. */
export interface DialAnswer {
  status: number;
  /** Without cookies. */
  headers: Readonly<Record<string, string>>;
  /** At most the first 1,024 bytes, as text. */
  bodyPrefix: string;
}

/** A dial that made no connection. Its code is `dial_failed`, or `endpoint_deprecated` when the answer was 410. */
export class DialError extends RpcError {
  readonly url: string;
  /** HTTP status of the answer, where there was one. */
  readonly status: number | undefined;
  /** Headers of the answer without cookies, where there was one. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** The first 1,024 bytes of the answer's body, where there was one. */
  readonly bodyPrefix: string | undefined;

  constructor(url: string, failure: { answer: DialAnswer } | { cause: Error }) {
    const answer = 'answer' in failure ? failure.answer : undefined;
    const cause = 'cause' in failure ? failure.cause : undefined;
    const isDeprecated = answer?.status === 410;
    super(`executing websocket ${url}: ${cause?.message ?? connecting(url, answer?.status ?? 0)}`, {
      code: isDeprecated ? 'endpoint_deprecated' : 'dial_failed',
      hint: hintFor(answer?.status),
      isRetryable: !isDeprecated,
      cause,
      details: { url, ...(answer === undefined ? {} : { status: answer.status }) },
    });
    this.url = url;
    this.status = answer?.status;
    this.headers = answer?.headers;
    this.bodyPrefix = answer?.bodyPrefix;
  }
}

/** Whether `value` is a {@link DialError}, from whichever copy of this package. */
export function isDialError(value: unknown): value is DialError {
  return value instanceof Error && 'code' in value && (value.code === 'dial_failed' || isEndpointDeprecated(value));
}

/** Whether the service has said that it will never again speak this version (410): dialling on is useless. */
export function isEndpointDeprecated(value: unknown): value is DialError & { readonly code: 'endpoint_deprecated' } {
  return value instanceof Error && 'code' in value && value.code === 'endpoint_deprecated';
}

const connecting = (url: string, status: number): string =>
  `connecting to websocket ${url} (http status code = ${status})`;

function hintFor(status: number | undefined): string | undefined {
  if (status === undefined) return 'check the name, the port, and whether something listens there';
  if (status === 410) return 'the service does not speak this version any more: register as a newer one';
  if (status === 401 || status === 403) return 'check the token';
  if (status >= 300 && status < 400) return 'redirects are not followed: configure the URL that it leads to';
  if (status === 404) return 'check the path of the endpoint: it ends before /vN/daemon';
  return undefined;
}
