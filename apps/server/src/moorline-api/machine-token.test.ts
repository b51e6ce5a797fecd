import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { createMachineTokenHandler, type MachineTokenIssuer } from './machine-token.js';

const machine = { id: 'm-1', number: 7, nodeGroup: 'lab', host: 'n1', scope: [{ cluster: 'big' }] };

function handler() {
  const issued: Parameters<MachineTokenIssuer['issue']>[0][] = [];
  const exchange = createMachineTokenHandler({
    findMachine: async (id, token) => (id === machine.id && token === 's3cret' ? machine : undefined),
    issuer: {
      issue: async (claims) => {
        issued.push(claims);
        return 'signed';
      },
    },
    clock: createFakeClock(1_700_000_000_900),
  });
  return { exchange, issued };
}

describe('POST /moorline/v1/token', () => {
  it('turns a session token into an hour of the machine token, within the scope of the registration', async () => {
    const { exchange, issued } = handler();
    const scope = [{ cluster: 'lab', hosts: ['n1'] }, { cluster: 'big' }];
    expect(await exchange({ sessionToken: 's3cret', body: { machineID: 'm-1' } })).toEqual({
      token: 'signed',
      expiresAt: 1_700_003_600,
      machineNumber: 7,
      cluster: 'lab',
      host: 'n1',
      scope,
    });
    expect(issued).toEqual([{ subject: 'm-1', roles: ['api'], scope, lifetimeSeconds: 3600 }]);
  });

  it.each([
    ['no session token', undefined, { machineID: 'm-1' }, 'unauthorized'],
    ['a wrong session token', 'other', { machineID: 'm-1' }, 'unauthorized'],
    ['the session token of another machine', 's3cret', { machineID: 'm-2' }, 'unauthorized'],
    ['no machine id', 's3cret', {}, 'bad_body'],
    ['an unknown member', 's3cret', { machineID: 'm-1', role: 'admin' }, 'bad_body'],
    ['no object', 's3cret', null, 'bad_body'],
  ])('refuses %s, signs nothing and repeats no secret', async (_, sessionToken, body, code) => {
    const { exchange, issued } = handler();
    const error: unknown = await exchange({ sessionToken, body }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'MoorlineApiError', code });
    expect(JSON.stringify(error)).not.toContain('s3cret');
    expect(issued).toEqual([]);
  });
});
