import {
  documentedFailure,
  type DocumentedFailureCode,
  failureText,
  type FailureTextParts,
} from '../wire/documented-failures.js';

/** What a {@link Refusal} is made from. */
export interface RefusalParts {
  /** Number of the documented failure; undefined for the plain HTTP ones. */
  number?: number | undefined;
  status: number;
  /** `code` and `status` of the body. */
  reason: string;
  text: string;
  headers?: Readonly<Record<string, string>> | undefined;
}

/** A login that ends in an answer other than success. */
export class Refusal extends Error {
  readonly parts: RefusalParts;

  constructor(parts: RefusalParts, cause?: unknown) {
    super(parts.text, { cause });
    this.name = 'Refusal';
    this.parts = parts;
  }
}

/** One of the eighteen documented failures, with its exact text. */
export function documentedRefusal(code: DocumentedFailureCode, texts?: FailureTextParts, cause?: unknown): Refusal {
  const failure = documentedFailure(code);
  const { number, status, reason } = failure;
  return new Refusal({ number, status, reason, text: failureText(failure, texts) }, cause);
}
