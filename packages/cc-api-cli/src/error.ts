import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';

/** Every way in which this package fails; the README's table says what each means. */
export type CcApiCliErrorCode =
  | 'circular_reference'
  | 'document_not_served'
  | 'document_too_large'
  | 'document_unreachable'
  | 'document_unreadable'
  | 'duplicate_key'
  | 'duplicate_operation_id'
  | 'duplicate_path'
  | 'external_reference'
  | 'invalid_document'
  | 'invalid_json'
  | 'invalid_option'
  | 'invalid_overlay'
  | 'missing_definition'
  | 'not_convertible'
  | 'not_swagger'
  | 'output_failed'
  | 'output_not_ours'
  | 'overlay_failed'
  | 'too_deep'
  | 'too_many_redirects';

/** What went wrong in this package. Recognise it with {@link isCcApiCliError}. */
export class CcApiCliError extends MoorlineError<CcApiCliErrorCode> {
  /** JSON pointer (RFC 6901) to the place in the document or overlay; the empty string is its root. */
  readonly pointer: string | undefined;

  constructor(message: string, options: MoorlineErrorOptions<CcApiCliErrorCode> & { pointer?: string | undefined }) {
    const { pointer, details } = options;
    super(message, pointer === undefined ? options : { ...options, details: { pointer, ...details } });
    this.name = 'CcApiCliError';
    this.pointer = pointer;
  }
}

/** Whether a value is an error of this package, from whichever copy of it. */
export const isCcApiCliError = createErrorGuard<CcApiCliError>('CcApiCliError');
