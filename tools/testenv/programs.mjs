/**
 * The system programs that tests of this repository use. Found on PATH; installed by `npm test` where `CI=true` and the
 * user is root; elsewhere the tests that need an absent one are skipped.
 *
 * @typedef {object} Program
 * @property {string} command as found on PATH
 * @property {string[]} version arguments that make it print its version and exit
 * @property {string} apt Debian's package
 */

/** @type {readonly Program[]} */
export const programs = [{ command: 'nats-server', version: ['--version'], apt: 'nats-server' }];
