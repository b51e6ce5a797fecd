import type { ReportScope, Visibility } from '../backend.js';

/** Who a request comes from, as its token says. */
export interface Principal {
  /** User or machine: the token's `sub`. */
  subject: string;
  /** Each role once. */
  roles: ReadonlySet<string>;
  /** What the credential may report for and read; absent = no bound. */
  scope?: readonly ReportScope[];
}

/** A credential of a scheduler: the role `api` and no other. */
export function isApiOnly({ roles }: Principal): boolean {
  return roles.size === 1 && roles.has('api');
}

/** Which jobs the principal may see (docs/protocol.md §3.3). @returns undefined where its roles give none. */
export function visibilityOf(principal: Principal): Visibility | undefined {
  const clusters = scopedClusters(principal);
  const bound = clusters === undefined ? {} : { clusters };
  const { roles, subject } = principal;
  if (isApiOnly(principal) || roles.has('admin') || roles.has('support')) return { jobs: 'all', ...bound };
  // Projects of a manager live in a user data base; a token carries none that count.
  if (roles.has('manager') || roles.has('user')) return { jobs: 'own', user: subject, projects: [], ...bound };
  return undefined;
}

/** The clusters a bound credential may read; undefined = every one. */
export function scopedClusters({ scope }: Principal): string[] | undefined {
  if (scope === undefined || scope.some(({ cluster }) => cluster === '*')) return undefined;
  return scope.map(({ cluster }) => cluster);
}

/** Whether the principal may report for a host of a cluster. */
export function mayReport({ scope }: Principal, cluster: string, host: string): boolean {
  return (
    scope === undefined ||
    scope.some((bound) => (bound.cluster === '*' || bound.cluster === cluster) && (bound.hosts?.includes(host) ?? true))
  );
}
