import { createHmac, generateKeyPairSync, sign } from 'node:crypto';

/** The tokens of the conformance cases by their letters, signed with one key pair. */
export interface TestTokens {
  /** As ClusterCockpit has them: base64 of seed and public key, and of the public key alone. */
  keys: { privateKey: string; publicKey: string };
  token(letter: string): string;
}

/** Made with Node alone, so that they say the same whatever our own issuer does. @param nowMs Unix milliseconds. */
export function makeTokens(nowMs: number): TestTokens {
  const pair = generateKeyPairSync('ed25519');
  const { d = '', x = '' } = pair.privateKey.export({ format: 'jwk' });
  const [seed, open] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];

  const signed = (claims: Record<string, unknown>) => {
    const content = `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part(claims)}`;
    return `${content}.${sign(null, Buffer.from(content), pair.privateKey).toString('base64url')}`;
  };
  const tokens = new Map(
    Object.entries(claimsOf(Math.floor(nowMs / 1000))).map(([letter, claims]) => [letter, signed(claims)]),
  );

  const [header = '', payload = '', signature = ''] = (tokens.get('A') ?? '').split('.');
  const weak = `${part({ alg: 'HS256' })}.${payload}`;
  tokens
    .set('G', 'garbage')
    .set('P', [header, payload, `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`].join('.'))
    .set('O', `${part({ alg: 'none', typ: 'JWT' })}.${payload}.`)
    .set(
      'H',
      `${weak}.${createHmac('sha256', 'a secret of at least thirty-two bytes').update(weak).digest('base64url')}`,
    );

  return {
    keys: {
      privateKey: Buffer.concat([seed, open]).toString('base64'),
      publicKey: open.toString('base64'),
    },
    token(letter) {
      const token = tokens.get(letter);
      if (token === undefined) throw new Error(`no token ${letter}`);
      return token;
    },
  };
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** @param now Unix seconds. */
const claimsOf = (now: number): Record<string, Record<string, unknown>> => ({
  A: { sub: 'slurm', roles: ['api'] },
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
});
