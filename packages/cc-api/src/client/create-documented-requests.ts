import type { paths } from '../generated/documented/types.js';
import { routeFacts } from '../generated/route-facts-documented.js';
import type { CcRequests } from './cc-requests.js';
import { createRequests } from './create-requests.js';
import { type CcClientOptions, open } from './open.js';

/**
 * Requests by path as the server's own document has them. A running server answers at about half of them; they are for
 * mocks and servers that keep to the document.
 *
 * @throws CcApiError `invalid_option`, `insecure_url`.
 */
export function createDocumentedRequests(options: CcClientOptions): CcRequests<paths> {
  const { connection, caller } = open(options);
  return createRequests<paths>(connection, caller, routeFacts);
}
