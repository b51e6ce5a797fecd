import { type NewUser, type User, type UserChange, type UserRole, userRoles } from '@moorline/cc-api';

/** What the form of a user holds. */
export interface UserForm {
  username: string;
  name: string;
  email: string;
  /** Empty = none: for programs, and for people who stay as they are. */
  password: string;
  roles: readonly UserRole[];
  projects: readonly string[];
}

/** What is wrong with a field of the form. */
export type FieldErrors<Field extends string> = { readonly [F in Field]?: string };

/** The rules of cc-api (its docs/protocol.md §3.11), told before anything is sent. Lengths are bytes of UTF-8. */
export function checkNewUser(form: UserForm): FieldErrors<'username' | 'password' | 'roles' | 'projects'> {
  const isProgram = form.roles.length > 0 && form.roles.every((role) => role === 'api');
  return {
    ...(form.username === '' && { username: 'A name to sign in with is needed.' }),
    ...(bytesOf(form.username) > 100 && { username: 'At most 100 bytes.' }),
    ...(form.password === '' && !isProgram && { password: 'Only a program (the role api alone) goes without.' }),
    ...(bytesOf(form.password) > 72 && { password: 'At most 72 bytes: more of it would not count.' }),
    ...checkRoles(form),
  };
}

/** The rules on roles and projects alone, which a user who is there already has to keep too. */
export function checkRoles({
  roles,
  projects,
}: Pick<UserForm, 'roles' | 'projects'>): FieldErrors<'roles' | 'projects'> {
  const isManager = roles.includes('manager');
  return {
    ...(roles.length === 0 && { roles: 'At least one role.' }),
    ...(isManager && projects.length === 0 && { projects: 'A manager needs a project to manage.' }),
    ...(!isManager && projects.length > 0 && { projects: 'Only managers have projects.' }),
  };
}

/**
 * What makes the user of a form: cc-api's form takes one role and one project, the others are added one by one.
 * A user is made with the role that asks for something, so that each step keeps the rules.
 */
export function stepsToCreate(form: UserForm): { user: NewUser; changes: UserChange[] } {
  const role = form.roles.includes('manager') ? 'manager' : (strongestFirst(form.roles)[0] ?? 'user');
  const [project, ...projects] = role === 'manager' ? form.projects : [];
  const { username, name, email, password } = form;
  const roles = strongestFirst(form.roles).filter((one) => one !== role);
  return {
    user: { username, role, password, name, email, ...(project !== undefined && { project }) },
    changes: [
      ...roles.map((one): UserChange => ({ 'add-role': one })),
      ...projects.map((one): UserChange => ({ 'add-project': one })),
    ],
  };
}

/**
 * What brings a user to other roles and projects, in an order that the rules allow at each step: roles are added before
 * any is taken, projects are added to a manager and taken from one.
 */
export function stepsToChange(
  user: Pick<User, 'roles' | 'projects'>,
  wanted: Pick<UserForm, 'roles' | 'projects'>,
): UserChange[] {
  const roles = new Set(user.roles);
  // A user made without a project has the project "" (cc-api, §3.11).
  const projects = new Set((user.projects ?? []).filter((project) => project !== ''));
  const wantedProjects = new Set(wanted.projects);
  return [
    ...wanted.roles.filter((role) => !roles.has(role)).map((role): UserChange => ({ 'add-role': role })),
    ...wanted.projects.filter((project) => !projects.has(project)).map((one): UserChange => ({ 'add-project': one })),
    ...[...projects].filter((one) => !wantedProjects.has(one)).map((one): UserChange => ({ 'remove-project': one })),
    ...userRoles
      .filter((role) => roles.has(role) && !wanted.roles.includes(role))
      .map((role): UserChange => ({ 'remove-role': role })),
  ];
}

/** One step in words: "add the role admin". */
export function describeChange(change: UserChange): string {
  const [[operation = '', value = ''] = []] = Object.entries(change);
  const [verb = '', what = ''] = operation.split('-');
  return `${verb} the ${what} ${value}`;
}

/** Names of projects, separated by commas or blanks, each once. */
export function readProjects(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))];
}

/** What each role may do, for the form. */
export const roleFacts: Readonly<Record<UserRole, string>> = {
  user: 'sees own jobs',
  manager: 'sees the jobs of the projects that are managed',
  support: 'sees all jobs, nodes and agents',
  admin: 'sees and changes everything',
  api: 'for programs: the REST API, with a token',
};

const strongestFirst = (roles: readonly UserRole[]): UserRole[] =>
  [...userRoles].reverse().filter((role) => roles.includes(role));

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).length;
