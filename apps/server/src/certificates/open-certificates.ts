import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ServerError } from '../error.js';
import { openKeyFile } from '../key-file.js';
import { replaceFile } from '../replace-file.js';
import { isGood, makeAuthority, makeServerCertificate, type Pair } from './make-certificates.js';

/** Where the certificates are, and what was done to have them. */
export interface OpenedCertificates {
  /** What agents are to trust. */
  authority: string;
  cert: string;
  key: string;
  /** `kept` where nothing had to be done. */
  outcome: 'made' | 'renewed' | 'kept';
}

/** Names that every server answers to: this machine's own, and the one that Juju agents demand. */
export const usualHosts: readonly string[] = ['localhost', '127.0.0.1', '::1', 'juju-apiserver'];

/** Days before its end from which on a certificate is made anew. */
const renewalDays = 30;

/**
 * Makes a private authority and a certificate of the server where they are missing, and a new certificate where the one
 * that is there lacks a host, was signed by another authority or ends within a month. The authority stays: agents trust it.
 *
 * @param now milliseconds since 1970.
 * @throws ServerError `bad_certificate`, `exposed_key_file`, `cannot_make_key_file`.
 */
export async function openCertificates(
  folder: string,
  hosts: readonly string[],
  now: number,
): Promise<OpenedCertificates> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const paths = {
    authority: join(folder, 'ca.crt'),
    cert: join(folder, 'server.crt'),
    key: join(folder, 'server.key'),
  };
  const authority = await openAuthority(paths.authority, join(folder, 'ca.key'), now);
  const wanted = [...new Set([...hosts, ...usualHosts])];
  const present = readIfThere(paths.cert);
  if (present !== undefined && isThere(paths.key)) {
    if (isUsable(paths.cert, present, authority, wanted, now)) return { ...paths, outcome: 'kept' };
  }
  const made = await makeServerCertificate(authority, wanted, now);
  // The key first: a certificate without its key is no use, and is made anew.
  replace(paths.key, made.key);
  replace(paths.cert, made.cert);
  return { ...paths, outcome: present === undefined ? 'made' : 'renewed' };
}

async function openAuthority(certPath: string, keyPath: string, now: number): Promise<Pair> {
  const cert = readIfThere(certPath);
  if (cert !== undefined && isThere(keyPath)) return { cert, key: openKeyFile(keyPath, () => '') };
  if (cert !== undefined || isThere(keyPath)) {
    throw new ServerError(`only one of ${certPath} and ${keyPath} is there`, {
      code: 'bad_certificate',
      hint: 'put the other one back, or move both away: agents then have to trust the new authority',
    });
  }
  const made = await makeAuthority(now);
  replace(keyPath, made.key);
  replace(certPath, made.cert);
  return made;
}

function isUsable(path: string, cert: string, authority: Pair, hosts: readonly string[], now: number): boolean {
  try {
    return isGood(cert, authority.cert, hosts, now, renewalDays);
  } catch (error) {
    throw new ServerError(`${path} is no certificate: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'bad_certificate',
      hint: 'move it away, and a new one is made',
      cause: error,
    });
  }
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

const readIfThere = (path: string): string | undefined => (isThere(path) ? readFileSync(path, 'utf8') : undefined);

function replace(path: string, content: string): void {
  try {
    replaceFile(path, content);
  } catch (error) {
    throw new ServerError(`${path} cannot be made: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'bad_certificate',
      hint: 'make room there and let this user write it',
      cause: error,
    });
  }
}
