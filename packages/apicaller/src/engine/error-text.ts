import { isMoorlineError, redact, redactText } from '@moorline/core';

/** What an error says, without secrets. Anything may be thrown. */
export function errorText(error: unknown): string {
  return redactText(error instanceof Error ? error.message : String(error));
}

/** An error as JSON values for a log line or a report, without secrets. */
export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  /** The stable code of an error of a Moorline package. */
  readonly code?: string;
  /** What can be done about it. */
  readonly hint?: string;
  /** The messages of the errors below it, outermost first. */
  readonly causes?: readonly string[];
}

const longestCauseChain = 8;

export function errorReport(error: unknown): ErrorReport {
  const causes: string[] = [];
  for (let cause = causeOf(error); cause !== undefined && causes.length < longestCauseChain; cause = causeOf(cause)) {
    causes.push(errorText(cause));
  }
  return {
    name: error instanceof Error ? error.name : typeof error,
    message: errorText(error),
    ...(isMoorlineError(error) ? { code: error.code } : {}),
    ...(isMoorlineError(error) && error.hint !== undefined ? { hint: redactText(error.hint) } : {}),
    ...(causes.length === 0 ? {} : { causes }),
  };
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? (error.cause ?? undefined) : undefined;
}

/** A worker's own report as JSON values, without secrets; what cannot be read is said instead of it. */
export function plainReport(report: () => object): Readonly<Record<string, unknown>> {
  try {
    const text = JSON.stringify(redact(report()), (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    const plain: unknown = JSON.parse(text);
    return typeof plain === 'object' && plain !== null ? { ...plain } : { value: plain };
  } catch (error) {
    return { error: errorText(error) };
  }
}
