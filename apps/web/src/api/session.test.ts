import { describe, expect, it, vi } from 'vitest';
import { administers, seesAgents, seesNodes, seesOthersJobs } from './roles.js';
import { createSession } from './session.js';

const me = { username: 'eve', roles: ['user'] };

describe('the session', () => {
  it('is not known before the server said who one is', async () => {
    const session = createSession({ getMe: async () => me, logOut: async () => undefined });
    expect(session.state.value).toEqual({ status: 'unknown' });
    await session.read();
    expect(session.state.value).toEqual({ status: 'signedIn', me });
  });

  it('is nobody’s where the server says so, and when it says so later', async () => {
    const session = createSession({ getMe: async () => undefined, logOut: async () => undefined });
    await session.read();
    expect(session.state.value).toEqual({ status: 'signedOut' });
  });

  it('stays through an outage; one that begins with an outage can be tried again', async () => {
    const getMe = vi.fn(async () => me);
    const session = createSession({ getMe, logOut: async () => undefined });
    const failure = new Error('away');
    getMe.mockRejectedValueOnce(failure);
    await session.read();
    expect(session.state.value).toEqual({ status: 'unknown', error: failure });
    await session.read();
    getMe.mockRejectedValueOnce(failure);
    await session.read();
    expect(session.state.value).toEqual({ status: 'signedIn', me });
    session.lost();
    expect(session.state.value).toEqual({ status: 'signedOut' });
  });

  it('ends here when it has ended on the server, not before', async () => {
    const logOut = vi.fn(async () => undefined);
    const session = createSession({ getMe: async () => me, logOut });
    await session.read();
    logOut.mockRejectedValueOnce(new Error('away'));
    await expect(session.signOut()).rejects.toThrow('away');
    expect(session.state.value).toEqual({ status: 'signedIn', me });
    await session.signOut();
    expect(session.state.value).toEqual({ status: 'signedOut' });
  });
});

describe('what is shown by role', () => {
  const seen = (...roles: string[]) => {
    const person = { username: 'eve', roles };
    return [seesNodes(person), seesAgents(person), administers(person), seesOthersJobs(person)];
  };
  it.each([
    [['admin'], [true, true, true, true]],
    [['support'], [true, true, false, true]],
    [['api'], [true, false, false, true]],
    [['manager'], [false, false, false, true]],
    [['user'], [false, false, false, false]],
    [[], [false, false, false, false]],
    [
      ['user', 'admin'],
      [true, true, true, true],
    ],
  ])('to %j: nodes, agents, administration, others’ jobs: %j', (roles, expected) => {
    expect(seen(...roles)).toEqual(expected);
  });
});
