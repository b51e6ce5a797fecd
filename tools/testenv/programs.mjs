/**
 * The system programs that tests of this repository use. Found on PATH; installed by `npm test` where `CI=true` and the
 * user is root; elsewhere the tests that need an absent one are skipped.
 *
 * @typedef {object} Program
 * @property {string} command as found on PATH
 * @property {string[]} version arguments that make it print its version and exit
 * @property {string} apt Debian's package
 * @property {string} [below] a folder whose subfolders have a `bin` that is looked into after PATH
 * @property {string} [variable] of the environment: the path of another program to take
 */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @type {readonly Program[]} */
export const programs = [
  { command: 'initdb', version: ['--version'], apt: 'postgresql', below: '/usr/lib/postgresql' },
  { command: 'pg_ctl', version: ['--version'], apt: 'postgresql', below: '/usr/lib/postgresql' },
  { command: 'nats-server', version: ['--version'], apt: 'nats-server' },
  { command: 'git', version: ['--version'], apt: 'git' },
  { command: 'python3', version: ['--version'], apt: 'python3' },
  { command: 'chromium', version: ['--version'], apt: 'chromium', variable: 'CHROMIUM_PATH' },
];

/**
 * @param {{ below?: string | undefined }} program
 * @returns {string[]} the folders in which the program may be, in the order in which they are looked into
 */
export function foldersOf({ below }) {
  const versions = below !== undefined && existsSync(below) ? readdirSync(below) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
  return [...(process.env.PATH ?? '').split(delimiter), ...newestFirst.map((name) => join(below ?? '', name, 'bin'))];
}

/**
 * @param {Pick<Program, 'command' | 'variable'>} program
 * @returns {string} what is started: the path that its variable holds, else its command
 */
export function startedAs({ command, variable }) {
  return (variable !== undefined && process.env[variable]) || command;
}
