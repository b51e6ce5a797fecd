/** What a {@link MoorlineError} is made from. */
export interface MoorlineErrorOptions<Code extends string> {
  /** Stable, snake_case; never changes meaning. */
  code: Code;
  /** The failure below this one. */
  cause?: unknown;
  /** What the caller can do about it: one sentence. */
  hint?: string | undefined;
  /** Whether the same call may succeed later without a change. Default false. */
  isRetryable?: boolean | undefined;
  /** Facts beside the message (status, offset, line …): JSON values, never secrets. */
  details?: Readonly<Record<string, unknown>> | undefined;
}

const brand = Symbol.for('@moorline/core/error');

/**
 * The base of every failure that a caller of a Moorline package can see.
 *
 * Recognise subclasses with their package's guard (see {@link createErrorGuard}), not with `instanceof`: an
 * application may hold the ESM and the CommonJS copy of a package at once, and their classes differ.
 */
export class MoorlineError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly hint: string | undefined;
  readonly isRetryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  /** @param message what was attempted and what came back; no secrets. */
  constructor(message: string, options: MoorlineErrorOptions<Code>) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'MoorlineError';
    this.code = options.code;
    this.hint = options.hint;
    this.isRetryable = options.isRetryable ?? false;
    this.details = options.details ?? {};
    Object.defineProperty(this, brand, { value: true, enumerable: false });
  }

  /** The error as JSON values: name, code, message, hint, details, and the messages of the causes below it. */
  toJSON(): Record<string, unknown> {
    const causes = causeMessages(this);
    return {
      name: this.name,
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      isRetryable: this.isRetryable,
      ...(Object.keys(this.details).length === 0 ? {} : { details: this.details }),
      ...(causes.length === 0 ? {} : { causes }),
    };
  }
}

/** Whether `value` is an error of any Moorline package, from whichever copy of it. */
export function isMoorlineError(value: unknown): value is MoorlineError {
  return typeof value === 'object' && value !== null && (value as { [brand]?: unknown })[brand] === true;
}

/**
 * Makes the guard of one error class, true for that class from every copy of its package.
 *
 * @param name the `name` that the class's constructor sets.
 */
export function createErrorGuard<E extends MoorlineError>(name: E['name']): (value: unknown) => value is E {
  return (value): value is E => isMoorlineError(value) && value.name === name;
}

const longestCauseChain = 8;

function causeMessages(error: Error): string[] {
  const messages: string[] = [];
  let cause = error.cause;
  while (cause !== undefined && messages.length < longestCauseChain) {
    messages.push(cause instanceof Error ? cause.message : String(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return messages;
}
