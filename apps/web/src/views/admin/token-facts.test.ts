import { createTokenIssuer, generateTokenKeys } from '@moorline/cc-api/server';
import { describe, expect, it } from 'vitest';
import { readTokenFacts } from './token-facts.js';

describe('readTokenFacts', () => {
  it('reads what a token issuer wrote', async () => {
    const issuer = createTokenIssuer(await generateTokenKeys());
    const token = await issuer.issue({ subject: 'Jürgen ☃', roles: ['api', 'admin'], lifetimeSeconds: 3600 });
    const facts = readTokenFacts(token);
    expect(facts).toMatchObject({ subject: 'Jürgen ☃', roles: ['api', 'admin'] });
    expect((facts?.expiresAt ?? 0) - Date.now() / 1000).toBeCloseTo(3600, -2);
  });

  it('has no end for a token without one', async () => {
    const issuer = createTokenIssuer(await generateTokenKeys());
    expect(readTokenFacts(await issuer.issue({ subject: 'ada', roles: ['user'] }))?.expiresAt).toBeUndefined();
  });

  it.each(['', 'a', 'a.b.c', 'a..c', `a.${btoa('null')}.c`, `a.${btoa('"text"')}.c`])('is undefined for %j', (text) => {
    expect(readTokenFacts(text)).toBeUndefined();
  });

  it('believes no claim of another kind', () => {
    const claims = { sub: 1, roles: ['api', 2], exp: 'soon' };
    expect(readTokenFacts(`a.${btoa(JSON.stringify(claims))}.c`)).toEqual({
      subject: undefined,
      roles: ['api'],
      expiresAt: undefined,
    });
  });
});
