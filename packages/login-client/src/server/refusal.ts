import {
  documentedFailure,
  type DocumentedFailureCode,
  failureText,
  type FailureTextParts,
} from '../wire/documented-failures.js';

/** A login that ends in an answer other than success. */
export class Refusal extends Error {
  /** Number of the documented failure; undefined for the plain HTTP ones. */
  readonly number: number | undefined;
  readonly status: number;
  /** `code` and `status` of the body. */
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    answer: {
      number?: number | undefined;
      status: number;
      reason: string;
      text: string;
      headers?: Record<string, string>;
    },
    cause?: unknown,
  ) {
    super(answer.text, { cause });
    this.name = 'Refusal';
    this.number = answer.number;
    this.status = answer.status;
    this.reason = answer.reason;
    this.headers = answer.headers ?? {};
  }
}

/** One of the eighteen documented failures, with its exact text. */
export function documentedRefusal(code: DocumentedFailureCode, parts?: FailureTextParts, cause?: unknown): Refusal {
  const failure = documentedFailure(code);
  const { number, status, reason } = failure;
  return new Refusal({ number, status, reason, text: failureText(failure, parts) }, cause);
}

/** The answer's four texts, so that agents of every version can read it (docs/protocol.md §4.1). */
export function answerOf(refusal: Refusal): Response {
  const { reason, message } = refusal;
  return jsonAnswer(
    refusal.status,
    { code: reason, message, status: reason, error: message, machineID: '' },
    refusal.headers,
  );
}

export function jsonAnswer(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });
}
