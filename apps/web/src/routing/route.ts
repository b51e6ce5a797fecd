/** The parts of the administration. */
export const adminPages = ['users', 'tokens', 'registrations'] as const;
export type AdminPage = (typeof adminPages)[number];

/** Where in the page one is: a view and what it shows. */
export type Route =
  | { view: 'home' }
  | { view: 'signIn' }
  | { view: 'jobs' }
  | { view: 'job'; id: number }
  | { view: 'cluster'; cluster: string | undefined }
  | { view: 'node'; cluster: string; host: string }
  | { view: 'agents' }
  | { view: 'admin'; page: AdminPage }
  | { view: 'notFound'; path: string };

export type ViewName = Route['view'];
/** The route of one view. */
export type RouteOf<View extends ViewName> = Extract<Route, { view: View }>;

/** @param path below the page's prefix, encoded as in the address bar: `/clusters/emmy/nodes/e0101`. */
export function parseRoute(path: string): Route {
  const parts = decodeParts(path);
  const [first, second, third, fourth] = parts ?? [];
  switch (parts?.length ?? -1) {
    case 0:
      return { view: 'home' };
    case 1:
      if (first === 'jobs') return { view: 'jobs' };
      if (first === 'sign-in') return { view: 'signIn' };
      if (first === 'agents') return { view: 'agents' };
      if (first === 'clusters') return { view: 'cluster', cluster: undefined };
      if (first === 'admin') return { view: 'admin', page: 'users' };
      break;
    case 2: {
      if (first === 'clusters') return { view: 'cluster', cluster: second };
      const page = adminPages.find((name) => name === second);
      if (first === 'admin' && page !== undefined) return { view: 'admin', page };
      if (first === 'jobs' && /^[1-9]\d{0,15}$/.test(second ?? '')) return { view: 'job', id: Number(second) };
      break;
    }
    case 4:
      if (first === 'clusters' && third === 'nodes' && second !== undefined && fourth !== undefined) {
        return { view: 'node', cluster: second, host: fourth };
      }
  }
  return { view: 'notFound', path };
}

/** The path of a route below the page's prefix, encoded for the address bar. */
export function formatRoute(route: Route): string {
  switch (route.view) {
    case 'home':
      return '/';
    case 'signIn':
      return '/sign-in';
    case 'jobs':
      return '/jobs';
    case 'job':
      return `/jobs/${route.id}`;
    case 'cluster':
      return route.cluster === undefined ? '/clusters' : `/clusters/${encodePart(route.cluster)}`;
    case 'node':
      return `/clusters/${encodePart(route.cluster)}/nodes/${encodePart(route.host)}`;
    case 'agents':
      return '/agents';
    case 'admin':
      return `/admin/${route.page}`;
    case 'notFound':
      return route.path;
  }
}

/** The parts between slashes; undefined where they are not text. A slash at the end changes nothing. */
function decodeParts(path: string): string[] | undefined {
  const parts = path.split('/').slice(1);
  if (parts.at(-1) === '') parts.pop();
  try {
    const decoded = parts.map(decodePart);
    return decoded.includes('') ? undefined : decoded;
  } catch {
    return undefined;
  }
}

/** A part of dots alone would be resolved away by the browser, encoded or not: a tilde before it keeps it. */
const encodePart = (text: string): string =>
  /^~*\.{1,2}$/.test(text) ? `~${encodeURIComponent(text)}` : encodeURIComponent(text);
const decodePart = (part: string): string => {
  const text = decodeURIComponent(part);
  return /^~+\.{1,2}$/.test(text) ? text.slice(1) : text;
};
