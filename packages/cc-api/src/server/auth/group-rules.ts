import type { RouteGroup } from '../../wire/operations.js';
import { isApiOnly, type Principal } from './principal.js';

/**
 * Whether a principal's roles open a group of routes (docs/protocol.md §3.2): the role `api` alone, or `api` beside one
 * that the group takes; an unknown role beside `api` counts as none. Of sessions: `config` is for administrators, `frontend`
 * for everybody (docs/protocol.md §5.2).
 */
export function mayEnter(group: RouteGroup, principal: Principal): boolean {
  if (group === 'frontend') return true;
  if (group === 'config') return principal.roles.has('admin');
  return (
    isApiOnly(principal) || (principal.roles.has('api') && companions[group].some((role) => principal.roles.has(role)))
  );
}

const companions = {
  api: ['admin'],
  metricStore: ['user', 'manager', 'admin'],
  user: ['user', 'manager', 'support', 'admin'],
} as const;
