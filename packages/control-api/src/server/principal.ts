import type { ReportScope } from '../wire/models.js';

/** Who a request comes from. */
export interface Principal {
  /** User or machine. */
  subject: string;
  /** Each role once. */
  roles: ReadonlySet<string>;
  /** What a machine's credential may report for and read; absent = no bound. */
  scope?: readonly (Omit<ReportScope, 'hosts'> & { hosts?: readonly string[] })[];
  /** Projects that a manager manages. */
  projects?: readonly string[];
}

/** What the roles and the credential's scope leave of the jobs (docs/protocol.md §3). */
export type Visibility = (
  | { jobs: 'all' }
  /** Only this user's jobs, and those of these projects. */
  | { jobs: 'own'; user: string; projects: readonly string[] }
) & {
  /** Only jobs of these clusters; absent = every cluster. */
  clusters?: readonly string[];
};

/** A credential of a scheduler or a machine: the role `api` and no other. */
export function isApiOnly({ roles }: Principal): boolean {
  return roles.size === 1 && roles.has('api');
}

/** Which jobs the principal may see, by ClusterCockpit's rules; undefined where its roles give none. */
export function visibilityOf(principal: Principal): Visibility | undefined {
  const clusters = clustersOf(principal);
  const bound = clusters === undefined ? {} : { clusters };
  const { roles, subject, projects = [] } = principal;
  if (isApiOnly(principal) || roles.has('admin') || roles.has('support')) return { jobs: 'all', ...bound };
  if (roles.has('manager')) return { jobs: 'own', user: subject, projects, ...bound };
  if (roles.has('user')) return { jobs: 'own', user: subject, projects: [], ...bound };
  return undefined;
}

/** The clusters that a bound credential may read; undefined = every one. */
export function clustersOf({ scope }: Principal): string[] | undefined {
  if (scope === undefined || scope.some(({ cluster }) => cluster === '*')) return undefined;
  return [...new Set(scope.map(({ cluster }) => cluster))];
}

/** Whether a job of this owner may be seen. */
export function maySee(visibility: Visibility, job: { user: string; project: string; cluster: string }): boolean {
  if (visibility.clusters?.includes(job.cluster) === false) return false;
  return visibility.jobs === 'all' || job.user === visibility.user || visibility.projects.includes(job.project);
}
