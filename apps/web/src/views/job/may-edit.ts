/**
 * Whether somebody with these roles may change tags and metadata: ClusterCockpit's job API takes tokens with the role `api` alone,
 * or with `admin` and `api`. The server decides again.
 */
export function mayEditJobs(roles: readonly string[]): boolean {
  const isOnlyApi = roles.length === 1 && roles[0] === 'api';
  return isOnlyApi || (roles.includes('admin') && roles.includes('api'));
}

/** Scopes of tags that these roles may write, the usual one first. */
export function tagScopesFor(roles: readonly string[]): readonly ('global' | 'admin')[] {
  return mayEditJobs(roles) ? ['global', 'admin'] : [];
}
