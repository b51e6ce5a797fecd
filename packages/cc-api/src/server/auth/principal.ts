import type { ReportScope, Visibility } from '../backend.js';
import type { UserStore } from '../backend/administration.js';

/** Who a request comes from, as its token says. */
export interface Principal {
  /** User or machine: the token's `sub`. */
  subject: string;
  /** Each role once. */
  roles: ReadonlySet<string>;
  /** What the credential may report for and read; absent = no bound. */
  scope?: readonly ReportScope[];
  /** Projects that it manages, where they were looked up: a token carries none that count. */
  projects?: readonly string[];
}

/** Who a request comes from where nobody is asked who it is (docs/protocol.md §3.2): nobody in particular. */
export const nobody: Principal = { subject: '', roles: new Set() };

/**
 * The principal with the roles and projects that its user has now, whatever the token says; undefined where there is no
 * such user. A token that is bound to clusters is a machine's, which is no user: it stays as it is.
 */
export async function asStored(principal: Principal, users: UserStore): Promise<Principal | undefined> {
  if (principal.scope !== undefined) return principal;
  const user = await users.find(principal.subject);
  if (user === undefined) return undefined;
  return { subject: principal.subject, roles: new Set(user.roles), projects: user.projects ?? [] };
}

/** A credential of a scheduler: the role `api` and no other. */
export function isApiOnly({ roles }: Principal): boolean {
  return roles.size === 1 && roles.has('api');
}

/** Which jobs the principal may see (docs/protocol.md §3.3). @returns undefined where its roles give none, {@link whyNone}. */
export function visibilityOf(principal: Principal): Visibility | undefined {
  const clusters = scopedClusters(principal);
  const bound = clusters === undefined ? {} : { clusters };
  const { roles, subject, projects = [] } = principal;
  if (isApiOnly(principal) || roles.has('admin') || roles.has('support')) return { jobs: 'all', ...bound };
  if (roles.has('manager')) return { jobs: 'own', user: subject, projects, ...bound };
  if (roles.has('user')) return { jobs: 'own', user: subject, projects: [], ...bound };
  return undefined;
}

/** What is said to a principal who may see no jobs. */
export function whyNone(principal: Principal): string {
  return principal === nobody ? 'user context is nil' : 'user has no or unknown roles';
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
