import { createCcClient, type User, userRoles } from '@moorline/cc-api';
import { createCcHandler, createTokenIssuer, generateSessionKey, generateTokenKeys } from '@moorline/cc-api/server';
import { createInMemoryBackend } from '@moorline/cc-api/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkNewUser,
  checkRoles,
  describeChange,
  readProjects,
  stepsToChange,
  stepsToCreate,
  type UserForm,
} from './user-form.js';

const form: UserForm = { username: 'mia', name: '', email: '', password: 'secret', roles: ['user'], projects: [] };

describe('checkNewUser', () => {
  const wrong = (given: Partial<UserForm>) => Object.keys(checkNewUser({ ...form, ...given }));

  it('has nothing against a plain user, a program without a password and a manager with a project', () => {
    expect(checkNewUser(form)).toEqual({});
    expect(wrong({ roles: ['api'], password: '' })).toEqual([]);
    expect(wrong({ roles: ['user', 'manager'], projects: ['p1', 'p2'] })).toEqual([]);
  });

  it('counts bytes, as the server does', () => {
    expect(wrong({ username: 'ü'.repeat(50), password: 'ü'.repeat(36) })).toEqual([]);
    expect(wrong({ username: 'ü'.repeat(51), password: 'ü'.repeat(37) })).toEqual(['username', 'password']);
  });

  it('names each field that is wrong', () => {
    expect(wrong({ username: '', password: '', roles: [], projects: ['p1'] })).toEqual([
      'username',
      'password',
      'roles',
      'projects',
    ]);
    expect(wrong({ roles: ['api', 'admin'], password: '' })).toEqual(['password']);
    expect(wrong({ roles: ['manager'] })).toEqual(['projects']);
  });
});

describe('the steps to a user', () => {
  const project = fc.stringMatching(/^[a-z0-9_-]{1,8}$/);
  const rights = fc
    .record({
      roles: fc.subarray([...userRoles], { minLength: 1 }),
      projects: fc.uniqueArray(project, { maxLength: 3 }),
    })
    .filter((wanted) => Object.keys(checkRoles(wanted)).length === 0);

  it('are all taken by a server, and lead to what was wanted', async () => {
    const { client, find } = await aServer();
    let number = 0;
    await fc.assert(
      fc.asyncProperty(rights, rights, async (first, then) => {
        const username = `user${number++}`;
        const { user, changes } = stepsToCreate({ ...form, ...first, username });
        await client.createUser(user);
        for (const change of changes) await client.updateUserBySession(username, change);
        const made = await find(username);
        expect(rightsOf(made)).toEqual(rightsOf(first));
        for (const change of stepsToChange(made, then)) await client.updateUserBySession(username, change);
        expect(rightsOf(await find(username))).toEqual(rightsOf(then));
      }),
      { numRuns: 60 },
    );
  });

  it('are none where nothing changes', () => {
    expect(stepsToChange({ roles: ['user'], projects: [''] }, { roles: ['user'], projects: [] })).toEqual([]);
    expect(stepsToChange({ roles: ['user'], projects: null }, { roles: ['user'], projects: [] })).toEqual([]);
  });

  it('read as sentences', () => {
    const changes = stepsToChange({ roles: ['manager'], projects: ['p1'] }, { roles: ['admin'], projects: [] });
    expect(changes.map(describeChange)).toEqual([
      'add the role admin',
      'remove the project p1',
      'remove the role manager',
    ]);
  });
});

describe('readProjects', () => {
  it('takes commas, blanks and lines, and each name once', () => {
    expect(readProjects(' p1, p2\np1  p3,')).toEqual(['p1', 'p2', 'p3']);
    expect(readProjects(' ')).toEqual([]);
  });
});

const rightsOf = ({ roles, projects }: { roles: readonly string[] | null; projects: readonly string[] | null }) => ({
  roles: [...(roles ?? [])].sort(),
  projects: (projects ?? []).filter((name) => name !== '').sort(),
});

/** cc-api's own server, signed in as an administrator. */
async function aServer() {
  const keys = await generateTokenKeys();
  const passwords = {
    hash: (password: string) => Promise.resolve(`plain:${password}`),
    verify: (password: string, stored: string) => Promise.resolve(stored === `plain:${password}`),
  };
  const backend = createInMemoryBackend({ clusters: [] });
  const admin = { username: 'root', name: '', email: '', roles: ['admin'], projects: [], authType: 0, authSource: 0 };
  await backend.users.create({ ...admin, passwordHash: await passwords.hash('root') });
  const handle = createCcHandler({
    backend,
    verifyToken: () => Promise.reject(new Error('no token is sent')),
    decodeMetrics: () => ({ samples: [] }),
    sessions: { key: generateSessionKey(), passwords, tokens: createTokenIssuer(keys) },
  });
  const baseUrl = 'http://127.0.0.1';
  const peer = { remoteAddress: '127.0.0.1' };
  const login = new Request(`${baseUrl}/login`, {
    method: 'POST',
    body: new URLSearchParams({ username: 'root', password: 'root' }),
  });
  const cookie = (await handle(login, peer)).headers.getSetCookie()[0] ?? '';
  const client = createCcClient({
    baseUrl,
    session: /^session=([^;]+)/.exec(cookie)?.[1] ?? '',
    fetch: (input, init) => handle(new Request(input, init), peer),
    retry: false,
  });
  return {
    client,
    async find(username: string): Promise<User> {
      const user = (await client.listUsersBySession()).find((one) => one.username === username);
      if (user === undefined) throw new Error(`${username} was not made`);
      return user;
    },
  };
}
