import { goQuote } from '../../wire/go-json/quote.js';
import { type User, type UserRole, userRoles } from '../../wire/models/administration.js';

/** What can be asked of a user's roles and projects: of several only the first in this order is done (docs/protocol.md §3.11). */
export const userOperations = ['add-role', 'remove-role', 'add-project', 'remove-project'] as const;

/** By the member or form field that asks it. */
export type UserOperation = (typeof userOperations)[number];

/** A role or project, and what becomes of it. */
export interface RequestedChange {
  operation: UserOperation;
  value: string;
}

/** Why a request that names none of them is a 400. */
export const noOperation = 'no operation specified: must provide add-role, remove-role, add-project, or remove-project';

/** What the original's storage says of a user who is not there. */
export const noSuchUser = 'sql: no rows in result set';

/** @param given the value of each member or field; undefined and empty = not asked for. */
export function requestedChange(given: (operation: UserOperation) => string | undefined): RequestedChange | undefined {
  const operation = userOperations.find((name) => given(name));
  return operation === undefined ? undefined : { operation, value: given(operation) ?? '' };
}

/** `Add Role Success`, with `adding role failed` where there was none. */
export const outcomeTexts: Readonly<Record<UserOperation, { done: string; failed: string }>> = {
  'add-role': { done: 'Add Role Success', failed: 'adding role failed' },
  'remove-role': { done: 'Remove Role Success', failed: 'removing role failed' },
  'add-project': { done: 'Add Project Success', failed: 'adding project failed' },
  'remove-project': { done: 'Remove Project Success', failed: 'removing project failed' },
};

/** The user after a change, or the rule that is against it, in the original's words (docs/protocol.md §3.11). */
export function changeUser(user: User, { operation, value }: RequestedChange): { user: User } | { refused: string } {
  switch (operation) {
    case 'add-role':
      return addRole(user, value.toLowerCase());
    case 'remove-role':
      return removeRole(user, value.toLowerCase());
    case 'add-project':
      return addProject(user, value);
    case 'remove-project':
      return removeProject(user, value);
  }
}

function addRole(user: User, role: string) {
  if (!isUserRole(role)) return { refused: `supplied role is no valid option : ${role}` };
  if (hasRole(user, role)) return { refused: `user ${user.username} already has role ${role}` };
  return { user: { ...user, roles: [...(user.roles ?? []), role] } };
}

function removeRole(user: User, role: string) {
  if (!isUserRole(role)) return { refused: `supplied role is no valid option : ${role}` };
  if (!hasRole(user, role)) return { refused: `role already deleted for user '${user.username}': ${role}` };
  const projects = projectsOf(user);
  if (role === 'manager' && projects.length > 0) {
    const why = `while user ${user.username} still has assigned project(s) : [${projects.join(' ')}]`;
    return { refused: `cannot remove role 'manager' ${why}` };
  }
  const left = (user.roles ?? []).filter((one) => one !== role);
  // Go writes a list that was never made as null, and that is how the last role leaves it.
  return { user: { ...user, roles: left.length === 0 ? null : left } };
}

function addProject(user: User, project: string) {
  const { username } = user;
  if (!hasRole(user, 'manager')) return { refused: `user '${username}' is not a manager` };
  const projects = projectsOf(user);
  if (projects.includes(project)) return { refused: `user '${username}' already manages project '${project}'` };
  return { user: { ...user, projects: [...projects, project] } };
}

function removeProject(user: User, project: string) {
  const name = goQuote(user.username);
  if (!hasRole(user, 'manager')) return { refused: `user '${name}' is not a manager` };
  const projects = projectsOf(user);
  if (!projects.includes(project)) {
    return { refused: `user '${name}': Cannot remove project '${goQuote(project)}' - Does not match` };
  }
  return { user: { ...user, projects: projects.filter((one) => one !== project) } };
}

/** A form without a project leaves a user with the project "", which stands for none. */
function projectsOf({ projects }: User): string[] {
  return (projects ?? []).filter((project) => project !== '');
}

function hasRole({ roles }: User, role: UserRole): boolean {
  return roles?.includes(role) ?? false;
}

function isUserRole(role: string): role is UserRole {
  return userRoles.some((known) => known === role);
}

/** What a form says of a user to be made; absent fields are empty. */
export interface NewUserForm {
  username: string;
  password: string;
  role: string;
  name: string;
  email: string;
  project: string;
}

/** The rule that a new user breaks, in the original's words; undefined where there is none. Any role is taken. */
export function refusedNewUser({ username, password, role, project }: NewUserForm): string | undefined {
  const length = new TextEncoder().encode(username).length;
  if (length === 0 || length > 100) return 'username must be between 1 and 100 characters';
  if (password === '' && role !== 'api') {
    return 'only API users are allowed to have a blank password (login will be impossible)';
  }
  if (project !== '' && role !== 'manager') return 'only managers require a project (can be changed later)';
  if (project === '' && role === 'manager') return 'managers require a project to manage (can be changed later)';
  return undefined;
}

/** Whom a list that leaves out plain users shows: everybody but those with the one role `user`, or an empty list of roles. */
export function isNotJustUser({ roles }: User): boolean {
  return roles === null || !(roles.length === 0 || (roles.length === 1 && roles[0] === 'user'));
}
