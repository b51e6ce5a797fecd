import { createErrorGuard } from '@moorline/core';
import { ApicallerError } from '../error.js';
import type { HostPort } from '../wire/host-port.js';

/** Where else to go. */
export interface Redirection {
  /** The addresses of each of the other controllers. */
  servers: readonly (readonly HostPort[])[];
  /** Their certificate authority, PEM. */
  caCert: string;
  /** Their tag, where it was told. */
  controllerTag: string | undefined;
  /** The name under which users know them, where it was told. */
  controllerAlias: string | undefined;
  /** Whether a client is meant to follow by itself. */
  follow: boolean;
}

/** The model is on other controllers. Nothing follows by itself: open again with these addresses and this authority. */
export class RedirectError extends ApicallerError {
  readonly redirection: Redirection;

  constructor(redirection: Redirection, cause: unknown) {
    super('redirection to alternative server required', {
      code: 'redirected',
      hint: 'open again with the addresses and the authority in redirection',
      cause,
    });
    this.name = 'RedirectError';
    this.redirection = redirection;
  }
}

/** Whether `value` is a {@link RedirectError}, from whichever copy of this package. */
export const isRedirectError = createErrorGuard<RedirectError>('RedirectError');
