import { createFakeClock } from '@moorline/core/testing';
import fc from 'fast-check';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isCcApiError } from '../../wire/error.js';
import { createTokenIssuer } from './token-issuer.js';
import { generateTokenKeys } from './token-keys.js';
import { createTokenVerifier } from './token-verifier.js';

const clock = createFakeClock();

describe('tokens', () => {
  it('are signed and checked with keys in the original’s form', async () => {
    const { privateKey, publicKey } = await generateTokenKeys();
    expect([Buffer.from(privateKey, 'base64').length, Buffer.from(publicKey, 'base64').length]).toEqual([64, 32]);
    expect(Buffer.from(privateKey, 'base64').subarray(32).toString('base64')).toBe(publicKey);

    const scope = [{ cluster: 'demo', hosts: ['n01'] }];
    const token = await createTokenIssuer({ privateKey, clock }).issue({
      subject: 'm-1',
      roles: ['api'],
      scope,
      lifetimeSeconds: 60,
    });
    const principal = { subject: 'm-1', roles: new Set(['api']), scope };
    expect(await createTokenVerifier({ publicKey, clock })(token)).toEqual({ ok: true, principal });

    // Another implementation agrees.
    const [header = '', payload = '', signature = ''] = token.split('.');
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey, 'base64').toString('base64url') };
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    expect(verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect(claims).toEqual({ sub: 'm-1', roles: ['api'], scope, iat: 1_700_000_000, exp: 1_700_000_060 });
  });

  it('are signed and checked with keys in PEM', async () => {
    const pair = generateKeyPairSync('ed25519');
    const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const token = await createTokenIssuer({ privateKey, clock }).issue({ subject: 'x', roles: ['admin', 'api'] });
    expect(await createTokenVerifier({ publicKey, clock })(token)).toMatchObject({ ok: true });
  });

  it('of another key are refused, seen before or not', async () => {
    const [one, other] = [await generateTokenKeys(), await generateTokenKeys()];
    const token = await createTokenIssuer({ privateKey: other.privateKey, clock }).issue({
      subject: 'x',
      roles: ['api'],
    });
    const check = createTokenVerifier({ publicKey: one.publicKey, clock });
    const refused = { ok: false, error: 'token signature is invalid: ed25519: verification error' };
    expect([await check(token), await check(token)]).toEqual([refused, refused]);
  });

  it.each([[''], ['AAAA'], ['not base64!'], ['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----']])(
    'cannot be made with the key %j, which no message repeats',
    async (privateKey) => {
      const error = await createTokenIssuer({ privateKey, clock })
        .issue({ subject: 'x', roles: ['api'] })
        .catch((thrown: unknown) => thrown);
      expect(isCcApiError(error) && error.code).toBe('invalid_key');
      if (privateKey !== '') expect(inspect(error, { depth: 9 })).not.toContain(privateKey.slice(0, 8).padEnd(8, '?'));
    },
  );

  it('never make the check fail in any other way', async () => {
    const { publicKey, privateKey } = await generateTokenKeys();
    const good = await createTokenIssuer({ privateKey, clock }).issue({ subject: 'x', roles: ['api'] });
    const check = createTokenVerifier({ publicKey, clock });
    const broken = fc
      .tuple(fc.nat(good.length), fc.nat(good.length), fc.string())
      .map(([a, b, noise]) => good.slice(0, a) + noise + good.slice(b));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), broken), async (token) => {
        expect((await check(token)).ok).toBe(token === good);
      }),
    );
  });
});
