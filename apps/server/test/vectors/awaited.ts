import { idsOf } from './ids.js';

/** Exchanges whose parts are still being joined: each leaves this list for the one of deliberate differences, or for none. */
export const awaited: ReadonlySet<string> = new Set([
  ...idsOf(
    'rest',
    '004-005 007-020 029-033 035-037 040-043 047 049 064 072-073 080-082 089 095-097 118-231 244 271-272 279-282 288 299 307-313 348 356-358 360-361 371-372 397-401 413-415 418-504 508-511 525-538 554 571 575-578 580 585 587 591-607 609-621 623',
  ),
  ...idsOf('cached', '002-010 012-017 030'),
  ...idsOf('iplist', '009-012 014-017 023-024 026'),
  ...idsOf('noauth', '001-023'),
  ...idsOf('nats', '001-005 007'),
]);
