import { ApicallerError } from '../error.js';
import { hasCode } from '../has-code.js';

/**
 * The password was replaced, and the connection closed: connect again, with the new one (docs/protocol.md §3.5). Thrown
 * by {@link scaryConnect}.
 */
export const ErrChangedPassword: ApicallerError = Object.freeze(
  new ApicallerError('insecure password replaced; retry', { code: 'changed_password', isRetryable: true }),
);

/** An opener's way to say that the controller does not take this password; a strategy then tries the other one. */
export const ErrBadCreds: ApicallerError = Object.freeze(
  new ApicallerError('invalid entity name or password', { code: 'bad_credentials' }),
);

/** Whether `error` is {@link ErrChangedPassword} or wraps it. */
export const isErrChangedPassword = (error: unknown): boolean => hasCode(error, 'changed_password');

/** Whether the controller does not want this agent, whatever it does: the cause says why. */
export const isErrConnectImpossible = (error: unknown): boolean => hasCode(error, 'connect_impossible');

/** Whether the controller knows no such entity, or does not let this one ask about it. */
export const isErrDenied = (error: unknown): boolean => hasCode(error, 'denied');

/** What a strategy throws where nothing that this agent does will help. */
export const connectImpossible = (cause: unknown): ApicallerError =>
  new ApicallerError('connection permanently impossible', {
    code: 'connect_impossible',
    hint: 'the controller does not want this agent: it was removed, or its passwords are not known there',
    cause,
  });
