import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSecretName, redact, redacted, redactText, redactUrl } from './redact.js';

describe('isSecretName', () => {
  it.each([
    'token',
    'sessionToken',
    'X-Auth-Token',
    'machine_proof',
    'Authorization',
    'set-cookie',
    'macaroons',
    'PASSWORD',
    'apiKey',
    'privateKey',
  ])('%s is', (name) => {
    expect(isSecretName(name)).toBe(true);
  });
  it.each(['machineID', 'tokenCount', 'passwordHint', 'author', 'key', ''])('%s is not', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe('redact', () => {
  it('replaces secret fields at every level and leaves the input alone', () => {
    const input = {
      machineID: 'm1',
      token: 't',
      nested: [{ password: 'p', empty: { token: '' } }],
      none: { token: undefined },
    };
    expect(redact(input)).toEqual({
      machineID: 'm1',
      token: redacted,
      nested: [{ password: redacted, empty: { token: '' } }],
      none: { token: undefined },
    });
    expect(input.token).toBe('t');
  });

  it('replaces a secret that is an object, whole', () => {
    expect(redact({ credentials: { user: 'u', words: 'w' } })).toEqual({ credentials: redacted });
  });

  it('cuts circles and very deep values', () => {
    const circle: Record<string, unknown> = { name: 'n' };
    circle['self'] = circle;
    expect(redact(circle)).toEqual({ name: 'n', self: '[…]' });
    let deep: unknown = 'bottom';
    for (let level = 0; level < 100; level++) deep = [deep];
    expect(JSON.stringify(redact(deep))).toContain('[…]');
  });

  it('passes bytes and dates through', () => {
    const date = new Date(0);
    const bytes = new Uint8Array(2);
    expect(redact({ date, bytes })).toEqual({ date, bytes });
  });

  it('leaves no secret of any length behind, wherever it stands', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{12,40}$/), fc.jsonValue({ maxDepth: 3 }), (secret, rest) => {
        const text = JSON.stringify(
          redact([rest, { deep: { sessionToken: secret } }, `Authorization: Bearer ${secret}`]),
        );
        return !text.includes(secret) || JSON.stringify(rest).includes(secret);
      }),
    );
  });
});

describe('redactText', () => {
  it.each([
    ['Authorization: Bearer abc.def', `Authorization: Bearer ${redacted}`],
    ['Authorization: Scope-Probe token=abc', `Authorization: Scope-Probe token=${redacted}`],
    ['got eyJhbGciOi.eyJzdWIi.c2ln back', `got ${redacted} back`],
    ['dial nats://user:pw@host:4222', `dial nats://${redacted}@host:4222`],
    ['nothing secret at all', 'nothing secret at all'],
  ])('%s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });
});

describe('redactUrl', () => {
  it('drops user, password and secret parameters', () => {
    expect(redactUrl('https://u:p@cp.example/x?login-token=abc&page=2')).toBe(
      'https://cp.example/x?login-token=redacted&page=2',
    );
  });
  it('copes with what is no URL', () => {
    expect(redactUrl('::no url::')).toBe('::no url::');
  });
});
