import { ErrMissing, isApicallerError } from '@moorline/apicaller/engine';

/** A filter for workers whose input may rest and offer nothing: they wait until it is started anew, as for one that does not run. */
export const waitForOffer = (error: unknown): unknown =>
  isApicallerError(error) && error.code === 'output_unknown' ? ErrMissing : error;
