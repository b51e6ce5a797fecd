import { ControlApiError } from '../../wire/error.js';
import { bearerToken } from '../authentication.js';
import type { ControlBackend, TokenMachine } from '../backend.js';
import type { Handler } from '../call.js';
import { unauthorized } from '../refusals.js';
import { machineScope } from '../scope.js';

/** Seconds. An agent renews well before. */
const machineTokenLifetime = 3600;

/** A session token becomes an hour's machine token. */
export const exchangeToken: Handler<'exchangeToken'> = async ({ request, body, context }) => {
  const { backend, issuer, clock } = context;
  const machine = await machineOf(request, body.machineID, backend);
  const scope = machineScope(machine);
  const lifetimeSeconds = machineTokenLifetime;
  const expiresAt = Math.floor(clock.now() / 1000) + lifetimeSeconds;
  const token = await issuer.issue({ subject: machine.id, roles: ['api'], scope, lifetimeSeconds });
  return { token, expiresAt, machineNumber: machine.number, cluster: machine.nodeGroup, host: machine.host, scope };
};

/** The session token gets the machine its Juju identity, once. */
export const takeIdentity: Handler<'takeIdentity'> = async ({ request, body, context: { backend, caCert } }) => {
  const machine = await machineOf(request, body.machineID, backend);
  const identity = await backend.createIdentity(machine.id, body.claim);
  if (identity === undefined) throw taken(machine.id);
  const { tag, modelUuid, controllerUuid, nonce, password } = identity;
  const addresses = [addressOf(new URL(request.url))];
  return {
    ...{ tag, modelUUID: modelUuid, controllerUUID: controllerUuid, nonce, password, addresses },
    ...(caCert === undefined ? {} : { caCert }),
  };
};

/** @throws ControlApiError `unauthorized`. */
async function machineOf(request: Request, machineId: string, backend: ControlBackend): Promise<TokenMachine> {
  const sessionToken = bearerToken(request.headers);
  if (sessionToken === undefined) throw unauthorized('the request carries no session token', loginHint);
  const machine = await backend.findMachine(machineId, sessionToken);
  if (machine === undefined) throw unauthorized('the session token is not one of this machine', loginHint);
  return machine;
}

const loginHint =
  'send "Authorization: Bearer …" with the session token of the last login; enrol again where it was lost';

/** `host:port` as the machine has it, which may reach this server through others. */
function addressOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}

const taken = (machineId: string): ControlApiError =>
  new ControlApiError('the machine has its identity already', {
    code: 'identity_taken',
    hint: `where the machine has lost it: moorline-server machines reset-identity ${machineId}`,
  });
