import { isLoginError, type LoginError } from '../../src/index.js';

/** The {@link LoginError} that a promise rejects with; anything else fails the test. */
export async function loginErrorOf(promise: Promise<unknown>): Promise<LoginError> {
  try {
    await promise;
  } catch (error) {
    if (isLoginError(error)) return error;
    throw error;
  }
  throw new Error('the promise was fulfilled, where a LoginError was expected');
}
