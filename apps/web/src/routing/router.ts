import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { formatRoute, parseRoute, type Route } from './route.js';

/** How to go somewhere. */
export interface NavigateOptions {
  /** What the view shows of it: filters, sort. Default: nothing. */
  query?: URLSearchParams | undefined;
  /** Takes the place of the entry in the browser's history: the back button does not lead here. */
  replace?: boolean | undefined;
}

/** What the browser's history keeps with an entry, besides its address. */
interface EntryState {
  scrollY?: number;
  [key: string]: unknown;
}

/** Keeps the address bar and what is shown in step. */
export interface Router {
  /** Where one is. */
  route: ReadonlySignal<Route>;
  /** The query string: the filters of the view. */
  query: ReadonlySignal<URLSearchParams>;
  /** Goes up with each move to another route, also back: views then take the focus. A change of the query alone is not one. */
  moves: ReadonlySignal<number>;
  /** The path that leads to a route, for a link. */
  href(route: Route, query?: URLSearchParams): string;
  navigate(route: Route, options?: NavigateOptions): void;
  /** For the address of the sign-in view: where one wanted to go. */
  returnQuery(): URLSearchParams;
  /** Goes to where {@link returnQuery} says, or to the start. */
  navigateBack(): void;
  /** Changes the query of where one is. */
  setQuery(query: URLSearchParams, options?: { replace?: boolean | undefined }): void;
  /** What {@link keep} kept for this entry of the history, also after a reload. */
  kept(key: string): unknown;
  /** Keeps a value (of JSON's kinds) with this entry of the history: the back button finds it again. */
  keep(key: string, value: unknown): void;
  /** Scrolls to where this entry of the history was left, or to the top. Views call it once they have their height. */
  restoreScroll(): void;
}

/** @param prefix path under which the page is served, with a slash at its end: `/` or `/moorline/`. */
export function createRouter(prefix: string, window: Window): Router {
  const { history, location } = window;
  const base = prefix.replace(/\/$/, '');
  const pathBelow = () =>
    location.pathname.startsWith(`${base}/`) ? location.pathname.slice(base.length) : location.pathname;
  const path = signal(pathBelow());
  const search = signal(location.search);
  const moves = signal(0);
  const stateNow = (): EntryState => {
    const state: unknown = history.state;
    return typeof state === 'object' && state !== null ? { ...state } : {};
  };
  const readLocation = () =>
    batch(() => {
      if (path.value !== pathBelow()) moves.value++;
      path.value = pathBelow();
      search.value = location.search;
    });
  const go = (to: string, replace: boolean) => {
    history.replaceState({ ...stateNow(), scrollY: window.scrollY }, '');
    if (replace) history.replaceState({}, '', to);
    else history.pushState({}, '', to);
    readLocation();
  };
  const href = (route: Route, query?: URLSearchParams) => base + formatRoute(route) + queryText(query);

  history.scrollRestoration = 'manual';
  window.addEventListener('popstate', readLocation);
  return {
    route: computed(() => parseRoute(path.value)),
    query: computed(() => new URLSearchParams(search.value)),
    moves,
    href,
    navigate: (route, { query, replace = false } = {}) => go(href(route, query), replace),
    returnQuery() {
      const to = path.peek() + search.peek();
      return new URLSearchParams(to === '/' || to.startsWith('/sign-in') ? {} : { to });
    },
    navigateBack() {
      const to = new URLSearchParams(search.peek()).get('to') ?? '/';
      const [toPath = '/', ...rest] = to.split('?');
      const route = parseRoute(toPath);
      // Only to a view of this page: the address may come from anybody.
      const isView = route.view !== 'notFound' && route.view !== 'signIn';
      go(isView ? href(route, new URLSearchParams(rest.join('?'))) : href({ view: 'home' }), true);
    },
    setQuery: (query, { replace = false } = {}) => go(location.pathname + queryText(query), replace),
    kept: (key) => stateNow()[`kept:${key}`],
    keep: (key, value) => history.replaceState({ ...stateNow(), [`kept:${key}`]: value }, ''),
    restoreScroll() {
      window.scrollTo(0, stateNow().scrollY ?? 0);
    },
  };
}

const queryText = (query: URLSearchParams | undefined): string =>
  query === undefined || query.size === 0 ? '' : `?${query.toString()}`;
