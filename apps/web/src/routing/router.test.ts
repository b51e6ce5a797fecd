import { describe, expect, it } from 'vitest';
import { createRouter } from './router.js';

/** As much of a browser's window as a router uses: a history of addresses, and how far one has scrolled. */
function fakeWindow(start: string) {
  const entries: { url: URL; state: unknown }[] = [{ url: new URL(start, 'http://cp.example'), state: null }];
  let index = 0;
  const listeners: (() => void)[] = [];
  const current = () => {
    const entry = entries[index];
    if (entry === undefined) throw new Error('no such entry');
    return entry;
  };
  const window = {
    scrollY: 0,
    history: {
      scrollRestoration: 'auto',
      get state() {
        return structuredClone(current().state);
      },
      pushState(state: unknown, _: string, to: string) {
        entries.splice(++index, Infinity, { url: new URL(to, 'http://cp.example'), state });
      },
      replaceState(state: unknown, _: string, to?: string) {
        entries[index] = { url: to === undefined ? current().url : new URL(to, current().url), state };
      },
    },
    location: {
      get pathname() {
        return current().url.pathname;
      },
      get search() {
        return current().url.search;
      },
    },
    addEventListener: (_: string, listener: () => void) => listeners.push(listener),
    scrollTo: (_: number, y: number) => (window.scrollY = y),
  };
  return {
    window: window as unknown as Window,
    address: () => current().url.pathname + current().url.search,
    entries: () => entries.length,
    move(by: number) {
      index += by;
      for (const listener of listeners) listener();
    },
    scroll: (y: number) => (window.scrollY = y),
    scrolled: () => window.scrollY,
  };
}

const query = (text: string) => new URLSearchParams(text);

describe('the router', () => {
  it('reads the address below its prefix, and writes it there', () => {
    const browser = fakeWindow('/moorline/jobs/7?x=1');
    const router = createRouter('/moorline/', browser.window);
    expect(router.route.value).toEqual({ view: 'job', id: 7 });
    router.navigate({ view: 'node', cluster: 'a b', host: 'n1' });
    expect(browser.address()).toBe('/moorline/clusters/a%20b/nodes/n1');
    expect(router.href({ view: 'jobs' }, query('user=e'))).toBe('/moorline/jobs?user=e');
    expect(router.href({ view: 'home' })).toBe('/moorline/');
  });

  it('counts moves to other routes, not other filters', () => {
    const browser = fakeWindow('/jobs');
    const router = createRouter('/', browser.window);
    router.setQuery(query('user=eve'));
    expect(router.query.value.get('user')).toBe('eve');
    expect(router.moves.value).toBe(0);
    router.navigate({ view: 'agents' });
    browser.move(-1);
    expect(router.moves.value).toBe(2);
    expect(router.query.value.get('user')).toBe('eve');
    browser.move(-1);
    expect(router.query.value.size).toBe(0);
    expect(router.moves.value).toBe(2);
  });

  it('finds the way back as it was left: how far one had scrolled, and what a view kept', () => {
    const browser = fakeWindow('/jobs');
    const router = createRouter('/', browser.window);
    router.keep('rows', 120);
    browser.scroll(400);
    router.navigate({ view: 'job', id: 1 });
    router.restoreScroll();
    expect([browser.scrolled(), router.kept('rows')]).toEqual([0, undefined]);
    browser.move(-1);
    router.restoreScroll();
    expect([browser.scrolled(), router.kept('rows')]).toEqual([400, 120]);
  });

  it('replaces an entry where it is told to', () => {
    const browser = fakeWindow('/');
    createRouter('/', browser.window).navigate({ view: 'jobs' }, { replace: true });
    expect([browser.address(), browser.entries()]).toEqual(['/jobs', 1]);
  });

  it.each([
    ['/jobs/7', '/jobs/7'],
    ['/jobs?user=a%26b', '/jobs?user=a%26b'],
    ['/', '/'],
  ])('comes back from signing in to %s', (wanted, address) => {
    const browser = fakeWindow(`/x${wanted}`);
    const router = createRouter('/x/', browser.window);
    router.navigate({ view: 'signIn' }, { query: router.returnQuery(), replace: true });
    router.navigateBack();
    expect([browser.address(), browser.entries()]).toEqual([`/x${address}`, 1]);
  });

  it.each(['https://evil.example/', '//evil.example', '/sign-in', '/nowhere', 'javascript:alert(1)'])(
    'does not go to %s after signing in, but to the start',
    (to) => {
      const browser = fakeWindow(`/sign-in?${query(`to=${to}`).toString()}`);
      createRouter('/', browser.window).navigateBack();
      expect(browser.address()).toBe('/');
    },
  );
});
