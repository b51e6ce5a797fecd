import { isLoopbackHost } from '@moorline/core';
import { ControlApiError } from '../wire/error.js';

/**
 * The address below which the API lies, without a slash at its end.
 *
 * @throws ControlApiError `invalid_option` for what is no http or https URL; `insecure_url` for plain HTTP to another machine.
 */
export function readBaseUrl(text: string, { allowInsecureHttp }: { allowInsecureHttp: boolean }): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw invalid('baseUrl is no http or https URL', 'give the address of the server: https://cp.example:8443');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw invalid('baseUrl holds more than an address', 'leave out user, password, query and fragment');
  }
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname) && !allowInsecureHttp) {
    throw new ControlApiError(`${url.origin} would see the credential in plain text on the way`, {
      code: 'insecure_url',
      hint: 'use https, or set allowInsecureHttp on a network that you trust',
    });
  }
  return url.href.replace(/\/+$/, '');
}

const invalid = (message: string, hint: string): ControlApiError =>
  new ControlApiError(message, { code: 'invalid_option', hint });
