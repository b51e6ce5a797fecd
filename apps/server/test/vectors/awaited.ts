import { idsOf } from './ids.js';

/**
 * Exchanges that wait for a part of the store: archives, and its half of `/api/debug` and `/api/free`. Each leaves this
 * list with its part.
 */
export const awaited: ReadonlySet<string> = new Set([
  ...idsOf(
    'rest',
    '004-005 047 049 131 348 357-358 360 371-372 397-401 434-441 462-467 478 510 554 575 585 587 591-621',
  ),
  ...idsOf('cached', '013 015 017 030'),
  ...idsOf('iplist', '016-017 023-026'),
]);
