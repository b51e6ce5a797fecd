import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What is kept of a password. */
export interface PasswordHash {
  salt: Uint8Array;
  hash: Uint8Array;
}

/** A first password: 256 random bits. */
export const newPassword = (): string => randomBytes(32).toString('base64url');

/**
 * What to keep of a machine's password. Machines make theirs by chance and at least 24 bytes long, so that there is nothing to
 * guess, and log in by the thousand after a restart: a slow hash would cost much and save nothing.
 */
export function hashPassword(password: string): PasswordHash {
  const salt = randomBytes(16);
  return { salt, hash: hashOf(salt, password) };
}

/** Whether this is the password. Takes as long where there is none to compare with: `kept` is undefined then. */
export function isPassword(password: string, kept: PasswordHash | undefined): boolean {
  const { salt, hash } = kept ?? nobody;
  const given = hashOf(salt, password);
  return given.length === hash.length && timingSafeEqual(given, hash) && kept !== undefined;
}

const nobody: PasswordHash = { salt: new Uint8Array(16), hash: new Uint8Array(32) };

const hashOf = (salt: Uint8Array, password: string): Uint8Array =>
  createHash('sha256').update(salt).update(password, 'utf8').digest();
