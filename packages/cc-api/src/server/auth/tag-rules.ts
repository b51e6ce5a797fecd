import type { Tag } from '../../wire/models/job.js';
import { isApiOnly, nobody, type Principal } from './principal.js';

/** Whether the principal may put tags of a scope on a job (docs/protocol.md §3.5). */
export function canWriteTag(principal: Principal, scope = 'global'): boolean {
  const { roles, subject } = principal;
  if (scope === 'admin') return roles.has('admin') || isApiOnly(principal);
  if (scope === 'global') return roles.has('admin') || roles.has('support') || isApiOnly(principal);
  return scope === subject;
}

/** Why {@link canWriteTag} says no. */
export function whyNotWritable(principal: Principal): string {
  if (principal === nobody) return 'error while checking tag operation auth: no user in context';
  return 'cannot write tag scope with current authorization';
}

/** The tags of a job that the principal may see. */
export function readableTags({ roles, subject }: Principal, tags: readonly Tag[]): Tag[] {
  return tags.filter(
    ({ scope }) =>
      scope === 'global' || scope === subject || (scope === 'admin' && (roles.has('admin') || roles.has('support'))),
  );
}
