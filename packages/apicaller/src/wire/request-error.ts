import { createErrorGuard } from '@moorline/core';
import { errorChain } from '../error-chain.js';
import { ApicallerError } from '../error.js';
import { codeOfJuju, isPassing, type JujuCode } from './juju-code.js';

/** A failure that the peer answered with, of a call or of one entry of a result. */
export class RequestError extends ApicallerError {
  /** The peer's text, verbatim. */
  readonly text: string;
  /** Juju's code, verbatim; empty where there was none. */
  readonly jujuCode: JujuCode;
  /** What the peer sent beside the code; undefined where it sent nothing. */
  readonly info: Readonly<Record<string, unknown>> | undefined;

  constructor(failure: RequestFailure) {
    const { message, attempted, info } = failure;
    const jujuCode = failure.code === '' && message.startsWith(noSuchRequest) ? 'not implemented' : failure.code;
    const printed = jujuCode === '' ? message : `${message} (${jujuCode})`;
    super(attempted === undefined ? printed : `${attempted}: ${printed}`, {
      code: codeOfJuju(jujuCode),
      isRetryable: isPassing(jujuCode),
      hint: hints[jujuCode],
      details: { jujuCode },
    });
    this.name = 'RequestError';
    this.text = message;
    this.jujuCode = jujuCode;
    this.info = info;
  }
}

/** What a {@link RequestError} is made from. */
export interface RequestFailure {
  message: string;
  code: string;
  info?: Readonly<Record<string, unknown>> | undefined;
  /** What was attempted, before the message: `Agent.GetEntities`. */
  attempted?: string | undefined;
}

/** Servers before 1.19 sent this without a code (docs/protocol.md §1.5). */
const noSuchRequest = 'no such request ';

const hints: Partial<Record<string, string>> = {
  'not implemented': 'the controller is of another version: look at bestFacadeVersion() before calling',
  'not provisioned': 'the controller does not know this machine under its nonce yet; it may be about to',
  'unauthorized access': 'the tag or the password is wrong, or the tag may not do this',
  'upgrade in progress': 'the controller is being upgraded; try again later',
};

/** Whether `value` is a {@link RequestError}, from whichever copy of this package. */
export const isRequestError = createErrorGuard<RequestError>('RequestError');

/**
 * Juju's code of a failure, looked for in the error itself and in the causes below it; empty where there is none.
 *
 * ```ts
 * if (jujuCodeOf(error) === 'not found') return undefined;
 * ```
 */
export function jujuCodeOf(error: unknown): JujuCode {
  for (const link of errorChain(error)) {
    if (isRequestError(link)) return link.jujuCode;
  }
  return '';
}
