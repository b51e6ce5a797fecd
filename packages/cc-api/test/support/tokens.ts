import { createTokenIssuer, generateTokenKeys, type TokenKeyPair } from '@moorline/cc-api/server';
import type { Clock } from '@moorline/core';
import { base64url, CompactSign, importJWK, SignJWT } from 'jose';

/** The tokens of the conformance cases by their letters, signed with one key pair. */
export interface TestTokens {
  keys: TokenKeyPair;
  token(letter: string): string;
}

export async function makeTokens(clock: Clock): Promise<TestTokens> {
  const keys = await generateTokenKeys();
  const bytes = Buffer.from(keys.privateKey, 'base64');
  const [d, x] = [base64url.encode(bytes.subarray(0, 32)), base64url.encode(bytes.subarray(32))];
  const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', d, x }, 'EdDSA');
  const now = Math.floor(clock.now() / 1000);

  const sign = (claims: Record<string, unknown>) =>
    new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
      .sign(key);

  const issuer = createTokenIssuer({ privateKey: keys.privateKey, clock });
  const a = await issuer.issue({ subject: 'slurm', roles: ['api'] });
  const claims: Record<string, Record<string, unknown>> = {
    B: { sub: 'admin', roles: ['admin', 'api'] },
    U: { sub: 'alice', roles: ['user', 'api'] },
    U1: { sub: 'alice', roles: ['user'] },
    BX: { sub: 'bob', roles: ['user', 'api'] },
    M: { sub: 'manny', roles: ['manager', 'api'] },
    S: { sub: 'sue', roles: ['support', 'api'] },
    AD: { sub: 'admin', roles: ['admin'] },
    Z: { sub: 'zed', roles: [] },
    Z0: { sub: 'zed' },
    R0: { sub: 'slurm', roles: 'api' },
    RX: { sub: 'slurm', roles: ['api', 'root'] },
    DUP: { sub: 'slurm', roles: ['api', 'api'] },
    DUPA: { sub: 'slurm', roles: ['admin', 'admin'] },
    K: { sub: 'ghost', roles: ['api'] },
    N: { roles: ['api'] },
    S0: { sub: 123, roles: ['api'] },
    X: { sub: 'slurm', roles: ['api'], exp: now - 3600 },
    F: { sub: 'slurm', roles: ['api'], nbf: now + 86_400 },
    HOST: { sub: 'machine-1', roles: ['api'], scope: [{ cluster: 'demo', hosts: ['n01', 'n02'] }] },
    CLUSTER: { sub: 'machine-2', roles: ['api'], scope: [{ cluster: 'demo' }] },
    EVERY: { sub: 'machine-3', roles: ['api'], scope: [{ cluster: '*' }] },
    NOSCOPE: { sub: 'machine-4', roles: ['api'], scope: [] },
    BADSCOPE: { sub: 'machine-5', roles: ['api'], scope: [{ cluster: 'demo', hosts: 'n01' }] },
  };
  const tokens = new Map<string, string>([['A', a]]);
  for (const [letter, claim] of Object.entries(claims)) tokens.set(letter, await sign(claim));

  const [header = '', payload = '', signature = ''] = a.split('.');
  tokens.set('G', 'garbage');
  tokens.set('P', [header, payload, `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`].join('.'));
  tokens.set('O', `${base64url.encode('{"alg":"none","typ":"JWT"}')}.${payload}.`);
  const secret = new TextEncoder().encode('a secret of at least thirty-two bytes');
  tokens.set(
    'H',
    await new SignJWT({ roles: ['api'] }).setSubject('slurm').setProtectedHeader({ alg: 'HS256' }).sign(secret),
  );

  return {
    keys,
    token(letter) {
      const token = tokens.get(letter);
      if (token === undefined) throw new Error(`no token ${letter}`);
      return token;
    },
  };
}
