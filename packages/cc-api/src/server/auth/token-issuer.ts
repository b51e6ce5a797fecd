import { SignJWT } from 'jose';
import { type Clock, systemClock } from '@moorline/core';
import type { ReportScope } from '../backend.js';
import { importPrivateKey } from './token-keys.js';

/** The roles that a token can carry, ascending. */
export const tokenRoles = ['api', 'user', 'manager', 'support', 'admin'] as const;

export type TokenRole = (typeof tokenRoles)[number];

/** What a token is to say. */
export interface TokenClaims {
  /** User name or machine id. */
  subject: string;
  roles: readonly TokenRole[];
  /** What it may report for and read; absent = no bound. */
  scope?: readonly ReportScope[];
  /** Seconds, > 0; absent = the token does not expire. */
  lifetimeSeconds?: number;
}

export interface TokenIssuerOptions {
  /** Base64 of 64 bytes (seed, then public key), or PKCS #8 in PEM. Never logged. */
  privateKey: string;
  clock?: Clock;
}

export interface TokenIssuer {
  /** @throws CcApiError `invalid_key`. */
  issue(claims: TokenClaims): Promise<string>;
}

/** Signs the tokens that {@link createTokenVerifier} takes, and the original too. */
export function createTokenIssuer({ privateKey, clock = systemClock }: TokenIssuerOptions): TokenIssuer {
  let key: ReturnType<typeof importPrivateKey> | undefined;
  return {
    async issue({ subject, roles, scope, lifetimeSeconds }) {
      key ??= importPrivateKey(privateKey);
      const issuedAt = Math.floor(clock.now() / 1000);
      const token = new SignJWT({ roles, ...(scope === undefined ? {} : { scope }) })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
        .setSubject(subject)
        .setIssuedAt(issuedAt);
      if (lifetimeSeconds !== undefined) token.setExpirationTime(issuedAt + lifetimeSeconds);
      return token.sign(await key);
    },
  };
}
