import { z } from 'zod';
import { MoorlineApiError } from './error.js';

/** The answer to `POST /moorline/v1/identity`. */
export interface IdentityAnswer {
  /** `machine-` and the machine's number. */
  tag: string;
  modelUUID: string;
  controllerUUID: string;
  /** Goes with each login of the machine. */
  nonce: string;
  /** The first password, which the first connection replaces; a secret. */
  password: string;
  /** Where the API is, `host:port` each, as the machine reached this server. */
  addresses: string[];
  /** Certificate authority to trust there and nothing else, PEM; absent where the machine trusts this server already. */
  caCert?: string;
}

export interface IdentityOptions {
  /** The machine whose session token this is; undefined when it is nobody's. */
  findMachine(machineId: string, sessionToken: string): Promise<{ id: string } | undefined>;
  /** Makes the machine's identity; `Identities` of `@moorline/cc-store`. */
  create(
    machineId: string,
    claim: string,
  ): Promise<{ tag: string; modelUuid: string; controllerUuid: string; nonce: string; password: string } | undefined>;
  /** PEM. */
  caCert?: string | undefined;
}

const requestBody = z.strictObject({
  machineID: z.string().min(1).max(256),
  /** A secret that the machine made up: with it a lost answer comes again. */
  claim: z.string().min(24).max(256),
});

/** Makes the handler of `POST /moorline/v1/identity`: the session token gets the machine its Juju identity, once. */
export function createIdentityHandler({ findMachine, create, caCert }: IdentityOptions) {
  /**
   * @param request.address `host:port` under which the machine has reached this server.
   * @throws MoorlineApiError `bad_body`, `unauthorized` or `identity_taken`.
   */
  return async (request: {
    sessionToken: string | undefined;
    address: string;
    body: unknown;
  }): Promise<IdentityAnswer> => {
    const { sessionToken, address } = request;
    if (sessionToken === undefined) throw unauthorized('the request carries no session token');
    const body = requestBody.safeParse(request.body);
    if (!body.success) {
      throw new MoorlineApiError(`the body is not accepted: ${z.prettifyError(body.error)}`, {
        code: 'bad_body',
        hint: 'send {"machineID":"…","claim":"…"} with the id that the login answered, and 24 random characters or more',
      });
    }
    const machine = await findMachine(body.data.machineID, sessionToken);
    if (machine === undefined) throw unauthorized('the session token is not one of this machine');
    const identity = await create(machine.id, body.data.claim);
    if (identity === undefined) throw taken(machine.id);
    const { tag, modelUuid, controllerUuid, nonce, password } = identity;
    return {
      ...{ tag, modelUUID: modelUuid, controllerUUID: controllerUuid, nonce, password, addresses: [address] },
      ...(caCert === undefined ? {} : { caCert }),
    };
  };
}

const unauthorized = (message: string): MoorlineApiError =>
  new MoorlineApiError(message, {
    code: 'unauthorized',
    hint: 'send "Authorization: Bearer …" with the session token of the last login; enrol again where it was lost',
  });

const taken = (machineId: string): MoorlineApiError =>
  new MoorlineApiError('the machine has its identity already', {
    code: 'identity_taken',
    hint: `where the machine has lost it: moorline-server machines reset-identity ${machineId}`,
  });
