import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose';
import { type Clock, systemClock } from '@moorline/core';
import type { ReportScope } from '../backend.js';
import type { Principal } from './principal.js';
import { importPublicKey } from './token-keys.js';

/** What a token turned out to be. */
export type TokenVerdict = { ok: true; principal: Principal } | { ok: false; error: string };

/** Checks one token; never rejects because of what the token holds. */
export type TokenVerifier = (token: string) => Promise<TokenVerdict>;

export interface TokenVerifierOptions {
  /** Base64 of the 32 bytes of the Ed25519 key, or SPKI in PEM. */
  publicKey: string;
  clock?: Clock;
}

interface Verified {
  principal: Principal;
  /** Unix seconds. */
  expiresAt: number;
  notBefore: number;
}

/** So many tokens that were found good are remembered: verifying a signature costs more than storing a job. */
const remembered = 1000;

/**
 * The original's check of a token (docs/protocol.md §3.1): Ed25519 only, its texts, `iat` not looked at.
 *
 * @throws CcApiError `invalid_key` (at the first token).
 */
export function createTokenVerifier({ publicKey, clock = systemClock }: TokenVerifierOptions): TokenVerifier {
  const verified = new Map<string, Verified>();
  let key: ReturnType<typeof importPublicKey> | undefined;

  const verify = async (token: string): Promise<Verified | string> => {
    if (token.split('.').length !== 3) return 'token is malformed: token contains an invalid number of segments';
    const algorithm = algorithmOf(token);
    if (algorithm === undefined) return 'token is malformed: could not base64 decode header';
    if (algorithm !== 'EdDSA') {
      return 'token is unverifiable: error while executing keyfunc: only Ed25519/EdDSA supported';
    }
    key ??= importPublicKey(publicKey);
    const publicKeyObject = await key;
    const isSigned = await compactVerify(token, publicKeyObject, { algorithms: ['EdDSA'] }).then(
      () => true,
      () => false,
    );
    return isSigned ? readClaims(token) : 'token signature is invalid: ed25519: verification error';
  };

  return async (token) => {
    const known = verified.get(token) ?? (await verify(token));
    if (typeof known === 'string') return { ok: false, error: known };
    const now = clock.now() / 1000;
    if (now >= known.expiresAt) return { ok: false, error: 'token has invalid claims: token is expired' };
    if (now < known.notBefore) return { ok: false, error: 'token has invalid claims: token is not valid yet' };
    if (verified.size >= remembered) verified.clear();
    verified.set(token, known);
    return { ok: true, principal: known.principal };
  };
}

function algorithmOf(token: string): string | undefined {
  try {
    return String(decodeProtectedHeader(token).alg);
  } catch {
    return undefined;
  }
}

function readClaims(token: string): Verified | string {
  let claims: Record<string, unknown>;
  try {
    claims = decodeJwt(token);
  } catch {
    return 'token is malformed: could not JSON decode claim';
  }
  const { sub, exp = Infinity, nbf = -Infinity } = claims;
  if (typeof exp !== 'number') return 'token has invalid claims: exp is no number';
  if (typeof nbf !== 'number') return 'token has invalid claims: nbf is no number';
  if (typeof sub !== 'string') return "missing 'sub' claim in JWT";
  const scope = claims['scope'] === undefined ? undefined : readScope(claims['scope']);
  if (scope === null) return 'token has invalid claims: scope is no list of clusters';
  const roles = Array.isArray(claims['roles']) ? claims['roles'].filter((role) => typeof role === 'string') : [];
  const principal: Principal = { subject: sub, roles: new Set(roles), ...(scope === undefined ? {} : { scope }) };
  return { principal, expiresAt: exp, notBefore: nbf };
}

/** @returns null where the claim is no scope: a bound that cannot be read must not be no bound. */
function readScope(claim: unknown): ReportScope[] | null {
  if (!Array.isArray(claim)) return null;
  const scope = claim.map((entry: unknown): ReportScope | null => {
    if (typeof entry !== 'object' || entry === null || !('cluster' in entry)) return null;
    const { cluster } = entry;
    if (typeof cluster !== 'string') return null;
    if (!('hosts' in entry)) return { cluster };
    const { hosts } = entry;
    return isTexts(hosts) ? { cluster, hosts } : null;
  });
  return scope.every((entry) => entry !== null) ? scope : null;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
