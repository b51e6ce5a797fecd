import { describe, expect, it } from 'vitest';
import { lifetimes, loginCommand, readRegistration, type RegistrationForm } from './registration-form.js';

const form: RegistrationForm = { group: 'lab', lifetime: '24 hours', uses: '1', clusters: '' };

describe('readRegistration', () => {
  const read = (given: Partial<RegistrationForm>) => readRegistration({ ...form, ...given });
  const wrong = (given: Partial<RegistrationForm>) => {
    const outcome = read(given);
    return outcome.ok ? [] : Object.keys(outcome.errors);
  };

  it('reads what was typed', () => {
    expect(read({ group: ' lab ', lifetime: '7 days', uses: ' 128', clusters: 'emmy, fritz emmy' })).toEqual({
      ok: true,
      registration: { group: 'lab', expiresInMs: 604_800_000, uses: 128, clusters: ['emmy', 'fritz'] },
    });
    expect(read({ clusters: '*' })).toMatchObject({ registration: { clusters: ['*'] } });
  });

  it.each(['', '-x', 'a b', 'a/b', 'ä', 'x'.repeat(64)])('refuses the group %j', (group) => {
    expect(wrong({ group })).toEqual(['group']);
  });

  it.each(['', '0', '-1', '1.5', '1e3', '1000001', 'many'])('refuses %j uses', (uses) => {
    expect(wrong({ uses })).toEqual(['uses']);
  });

  it('refuses names that no cluster can have, and too many', () => {
    expect(wrong({ clusters: 'emmy, ../x' })).toEqual(['clusters']);
    expect(wrong({ clusters: Array.from({ length: 101 }, (_, index) => `c${index}`).join() })).toEqual(['clusters']);
  });

  it('offers lifetimes that a server takes', () => {
    for (const { ms } of lifetimes) expect(ms).toBeLessThanOrEqual(3_153_600_000_000);
  });
});

describe('loginCommand', () => {
  it('takes the token from standard input, and says so where the line is plain HTTP', () => {
    expect(loginCommand('https://cp.example:8443')).toBe(
      'moorline-agent login --endpoint https://cp.example:8443 --token-file -',
    );
    expect(loginCommand('http://127.0.0.1:8080/moor')).toBe(
      'moorline-agent login --endpoint http://127.0.0.1:8080/moor --allow-insecure-http --token-file -',
    );
  });

  it('quotes what a shell would read otherwise', () => {
    expect(loginCommand("https://[::1]:1/a'b;c")).toContain(`--endpoint 'https://[::1]:1/a'\\''b;c' `);
  });
});
