import type { ReportScope } from '@moorline/cc-api/server';
import { type Clock, systemClock } from '@moorline/core';
import { z } from 'zod';
import { MoorlineApiError } from './error.js';
import { machineScope } from './scope.js';

/** A machine as the token route needs it. */
export interface TokenMachine {
  id: string;
  /** Small and never used again: job ids of the machine are made from it. */
  number: number;
  /** Its cluster has the same name. */
  nodeGroup: string;
  /** Its node name in that cluster. */
  host: string;
  /** What its registration token carried. */
  scope: readonly ReportScope[];
}

/** The answer to `POST /moorline/v1/token`. */
export interface MachineToken {
  /** A JSON Web Token for the ClusterCockpit REST API and `/moorline/v1/clusters`. */
  token: string;
  /** Unix seconds. */
  expiresAt: number;
  machineNumber: number;
  cluster: string;
  host: string;
  scope: ReportScope[];
}

export interface MachineTokenIssuer {
  issue(claims: {
    subject: string;
    roles: readonly 'api'[];
    scope: readonly ReportScope[];
    lifetimeSeconds: number;
  }): Promise<string>;
}

export interface MachineTokenOptions {
  /** The machine whose session token this is; undefined when it is nobody's. */
  findMachine(machineId: string, sessionToken: string): Promise<TokenMachine | undefined>;
  /** Of `@moorline/cc-api/server`. */
  issuer: MachineTokenIssuer;
  clock?: Clock | undefined;
}

/** Seconds. An agent renews well before. */
export const machineTokenLifetime = 3600;

const requestBody = z.strictObject({ machineID: z.string().min(1).max(256) });

/** Makes the handler of `POST /moorline/v1/token`: a session token becomes an hour's machine token. */
export function createMachineTokenHandler(options: MachineTokenOptions) {
  const { findMachine, issuer, clock = systemClock } = options;
  /** @throws MoorlineApiError `bad_body` or `unauthorized`. */
  return async (request: { sessionToken: string | undefined; body: unknown }): Promise<MachineToken> => {
    const { sessionToken } = request;
    if (sessionToken === undefined) throw unauthorized('the request carries no session token');
    const body = requestBody.safeParse(request.body);
    if (!body.success) {
      throw new MoorlineApiError(`the body is not accepted: ${z.prettifyError(body.error)}`, {
        code: 'bad_body',
        hint: 'send {"machineID":"…"} with the id that the login answered',
      });
    }
    const machine = await findMachine(body.data.machineID, sessionToken);
    if (machine === undefined) throw unauthorized('the session token is not one of this machine');
    const scope = machineScope(machine);
    const lifetimeSeconds = machineTokenLifetime;
    const expiresAt = Math.floor(clock.now() / 1000) + lifetimeSeconds;
    const token = await issuer.issue({ subject: machine.id, roles: ['api'], scope, lifetimeSeconds });
    return { token, expiresAt, machineNumber: machine.number, cluster: machine.nodeGroup, host: machine.host, scope };
  };
}

const unauthorized = (message: string): MoorlineApiError =>
  new MoorlineApiError(message, {
    code: 'unauthorized',
    hint: 'send "Authorization: Bearer …" with the session token of the last login; enrol again where it was lost',
  });
