import { isLoopbackHost } from '@moorline/core';
import { CcApiError } from '../wire/error.js';

/**
 * The address below which the API lies, without a slash at its end.
 *
 * @throws CcApiError `invalid_option` for what is no http or https URL; `insecure_url` for plain HTTP to another machine.
 */
export function readBaseUrl(text: string, { allowInsecureHttp }: { allowInsecureHttp: boolean }): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new CcApiError('baseUrl is no http or https URL', {
      code: 'invalid_option',
      hint: 'give the address of the server: https://cc.example.org',
    });
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new CcApiError('baseUrl holds more than an address', {
      code: 'invalid_option',
      hint: 'leave out user, password, query and fragment',
    });
  }
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname) && !allowInsecureHttp) {
    throw new CcApiError(`${url.origin} would see the token in plain text on the way`, {
      code: 'insecure_url',
      hint: 'use https, or set allowInsecureHttp on a network that you trust',
    });
  }
  return url.href.replace(/\/+$/, '');
}
