import type { OperationId } from '../wire/models.js';
import type { Authentication } from './authentication.js';
import { isApiOnly, type Principal } from './principal.js';
import { forbidden, unauthorized } from './refusals.js';

/** Who may use an operation. */
type Rule =
  /** Whoever has the operation's own credential, which its handler looks at. */
  | 'own credential'
  /** Anybody whose credential is good. */
  | 'signed in'
  /** Who runs the place, and programs. */
  | 'operators'
  /** Who runs the place. */
  | 'staff'
  | 'administrators'
  /** A token of the role `api`, alone or beside `admin`, as for ClusterCockpit's job API; never a session. */
  | 'reporters';

const rules: Readonly<Record<OperationId, Rule>> = {
  exchangeToken: 'own credential',
  takeIdentity: 'own credential',
  redeemLink: 'own credential',
  getMe: 'signed in',
  listClusters: 'signed in',
  searchJobs: 'signed in',
  getJob: 'signed in',
  getJobMetrics: 'signed in',
  live: 'signed in',
  listNodes: 'operators',
  getNode: 'operators',
  listNodeStates: 'operators',
  getNodeMetrics: 'operators',
  listMachines: 'staff',
  getMachine: 'staff',
  listRegistrations: 'administrators',
  createRegistration: 'administrators',
  revokeRegistration: 'administrators',
  putCluster: 'reporters',
  putHost: 'reporters',
  putReport: 'reporters',
};

/** Whether an operation looks at its credential itself. */
export const hasOwnCredential = (operation: OperationId): boolean => rules[operation] === 'own credential';

/** The principal, where it may use the operation. @throws ControlApiError `unauthorized`, `forbidden`. */
export function admit(operation: OperationId, authentication: Authentication): Principal {
  if (!authentication.ok) throw unauthorized(authentication.error);
  const { principal, by } = authentication;
  const { roles } = principal;
  const isStaff = roles.has('admin') || roles.has('support');
  switch (rules[operation]) {
    case 'own credential':
    case 'signed in':
      return principal;
    case 'operators':
      if (isStaff || isApiOnly(principal)) return principal;
      throw notWith(roles, 'admin, support, or api alone');
    case 'staff':
      if (isStaff) return principal;
      throw notWith(roles, 'admin or support');
    case 'administrators':
      if (roles.has('admin')) return principal;
      throw notWith(roles, 'admin');
    case 'reporters':
      if (by !== 'token') throw unauthorized('the request carries no token');
      if (roles.has('api') && (roles.size === 1 || roles.has('admin'))) return principal;
      throw unauthorized('the token does not have the role "api"');
  }
}

const notWith = (roles: ReadonlySet<string>, needed: string) =>
  forbidden(
    `not with ${roles.size === 0 ? 'no role' : `the roles ${[...roles].join(', ')}`}`,
    `it takes the role ${needed}`,
  );
