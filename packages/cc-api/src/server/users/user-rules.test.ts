import { describe, expect, it } from 'vitest';
import type { User } from '../../wire/models/administration.js';
import { changeUser, isNotJustUser, refusedNewUser, requestedChange, type UserOperation } from './user-rules.js';

const bob: User = {
  ...{ username: 'bob', name: '', email: '', roles: ['user'], projects: [], authType: 0, authSource: 0 },
};
const manager: User = { ...bob, roles: ['user', 'manager'], projects: ['p1', 'p2'] };

describe('what may become of a user (docs/protocol.md §3.11)', () => {
  it.each<[UserOperation, string, User, Partial<User>]>([
    ['add-role', 'Manager', bob, { roles: ['user', 'manager'] }],
    ['add-role', 'api', { ...bob, roles: null }, { roles: ['api'] }],
    ['remove-role', 'user', bob, { roles: null }],
    ['remove-role', 'USER', manager, { roles: ['manager'] }],
    ['remove-role', 'manager', { ...manager, projects: [''] }, { roles: ['user'] }],
    ['add-project', 'p3', manager, { projects: ['p1', 'p2', 'p3'] }],
    ['add-project', 'p3', { ...manager, projects: [''] }, { projects: ['p3'] }],
    ['add-project', 'p3', { ...manager, projects: null }, { projects: ['p3'] }],
    ['remove-project', 'p1', manager, { projects: ['p2'] }],
    ['remove-project', 'p1', { ...manager, projects: ['p1'] }, { projects: [] }],
  ])('%s %s of %j gives %j', (operation, value, user, changed) => {
    const before = structuredClone(user);
    expect(changeUser(user, { operation, value })).toEqual({ user: { ...user, ...changed } });
    expect(user).toEqual(before);
  });

  it.each<[UserOperation, string, User, string]>([
    ['add-role', 'User', bob, 'user bob already has role user'],
    ['add-role', 'ROOT', bob, 'supplied role is no valid option : root'],
    ['add-role', 'anonymous', bob, 'supplied role is no valid option : anonymous'],
    ['remove-role', 'root', bob, 'supplied role is no valid option : root'],
    ['remove-role', 'admin', bob, "role already deleted for user 'bob': admin"],
    [
      'remove-role',
      'manager',
      manager,
      "cannot remove role 'manager' while user bob still has assigned project(s) : [p1 p2]",
    ],
    ['add-project', 'p', bob, "user 'bob' is not a manager"],
    ['add-project', 'p1', manager, "user 'bob' already manages project 'p1'"],
    ['remove-project', 'p', bob, `user '"bob"' is not a manager`],
    ['remove-project', 'p', manager, `user '"bob"': Cannot remove project '"p"' - Does not match`],
  ])('%s %s of %j is refused: %s', (operation, value, user, refused) => {
    expect(changeUser(user, { operation, value })).toEqual({ refused });
  });

  it('is the first of several, in their order', () => {
    const given: Partial<Record<UserOperation, string>> = {
      'remove-project': 'p',
      'remove-role': 'api',
      'add-role': '',
    };
    expect(requestedChange((name) => given[name])).toEqual({ operation: 'remove-role', value: 'api' });
    expect(requestedChange(() => '')).toBeUndefined();
  });
});

describe('who may be made', () => {
  const form = { username: 'carl', password: 'x', role: 'user', name: '', email: '', project: '' };
  it.each([
    [{}, undefined],
    [{ role: 'api', password: '' }, undefined],
    [{ role: 'manager', project: 'p' }, undefined],
    [{ username: 'ü'.repeat(50) }, undefined],
    [{ username: 'ü'.repeat(51) }, 'username must be between 1 and 100 characters'],
    [{ username: '' }, 'username must be between 1 and 100 characters'],
    [{ password: '' }, 'only API users are allowed to have a blank password (login will be impossible)'],
    [{ project: 'p' }, 'only managers require a project (can be changed later)'],
    [{ role: 'manager' }, 'managers require a project to manage (can be changed later)'],
  ])('%j: %s', (given, refused) => {
    expect(refusedNewUser({ ...form, ...given })).toBe(refused);
  });
});

describe('a list without plain users', () => {
  it.each([
    [['user'], false],
    [[], false],
    [null, true],
    [['user', 'api'], true],
    [['nonsense'], true],
  ])('shows a user with roles %j: %s', (roles, isShown) => {
    expect(isNotJustUser({ ...bob, roles })).toBe(isShown);
  });
});
