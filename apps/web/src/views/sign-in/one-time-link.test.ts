import { describe, expect, it } from 'vitest';
import { takeLink } from './one-time-link.js';

const at = (hash: string) => {
  const addresses: string[] = [];
  const location = { pathname: '/x/sign-in', search: '?to=/jobs', hash };
  const history = {
    state: 'kept',
    replaceState: (state: unknown, _: string, to: string) => addresses.push(`${state} ${to}`),
  };
  return { link: takeLink({ location, history } as unknown as Window), addresses };
};

describe('a one-time link', () => {
  it('is taken out of the address', () => {
    expect(at('#link=abc-_1')).toEqual({ link: 'abc-_1', addresses: ['kept /x/sign-in?to=/jobs'] });
  });

  it.each(['#', '#link=', '#other'])('is none in %s, which goes too', (hash) => {
    expect(at(hash)).toEqual({ link: undefined, addresses: ['kept /x/sign-in?to=/jobs'] });
  });

  it('is none without a fragment, and nothing changes', () => {
    expect(at('')).toEqual({ link: undefined, addresses: [] });
  });
});
