import { redactText } from '@moorline/core';
import { type Identity, isLoginError, LoginError, openIdentity, resolveEndpoint } from '@moorline/login-client';
import { AgentError } from './agent-error.js';
import { type MachineName, readMachineName, writeMachineName } from './machine-file.js';
import { type CallOptions, createMoorlineApi, type MachineToken, type MoorlineApi } from './moorline-api.js';
import type { AgentSettings } from './settings.js';

/** An enrolled machine and its way to the control plane. */
export interface Session {
  machineId: string;
  /** Scheme, host and port. */
  baseUrl: string;
  api: MoorlineApi;
  /**
   * A new machine token, with the session token that is stored now: a new login replaces it. Remembers what the control
   * plane calls this machine.
   *
   * @throws AgentError as {@link MoorlineApi}, and `not_enrolled`.
   */
  fetchToken(options?: CallOptions): Promise<MachineToken>;
  /** The session token that is stored now. @throws AgentError `not_enrolled`. */
  sessionToken(): Promise<string>;
  /** What the control plane calls this machine, as it last said; undefined when it never did. */
  name(): MachineName | undefined;
}

/**
 * Opens the session of the machine that enrolled into the data directory.
 *
 * @throws AgentError `not_enrolled`; LoginError where the stored identity cannot be read, or for the endpoint
 * (`bad_endpoint`, `insecure_endpoint`).
 */
export async function openSession(settings: AgentSettings): Promise<Session> {
  const { dataDir } = settings;
  const identity = await readIdentity(dataDir);
  // The stored endpoint was accepted by a login or a start, with the option where it needs it.
  const isKnown = settings.endpoint === undefined || settings.endpoint === identity.endpoint;
  const allowInsecureHttp = settings.allowInsecureHttp || isKnown;
  const baseUrl = baseUrlOf(settings.endpoint ?? identity.endpoint, allowInsecureHttp);
  const { machineId } = identity;
  const readToken = async (): Promise<string> => {
    const { sessionToken } = await readIdentity(dataDir);
    if (sessionToken === undefined) throw notEnrolled(dataDir, 'the identity in it holds no session token');
    return sessionToken;
  };
  const api = createMoorlineApi({ baseUrl });
  return {
    machineId,
    baseUrl,
    api,
    name: () => readMachineName(dataDir, machineId),
    sessionToken: readToken,
    async fetchToken(options) {
      const token = await api.fetchMachineToken({ machineId, sessionToken: await readToken() }, options);
      const { machineNumber, cluster, host } = token;
      const name: MachineName = { machineId, machineNumber, cluster, host };
      if (JSON.stringify(readMachineName(dataDir, machineId)) !== JSON.stringify(name)) writeMachineName(dataDir, name);
      return token;
    },
  };
}

/** Makes this the endpoint that commands without `--endpoint` use. */
export async function keepEndpoint(dataDir: string, endpoint: string): Promise<void> {
  const file = await openIdentity(dataDir, { create: false });
  try {
    if (file.read()?.endpoint !== endpoint) file.write({ endpoint });
  } finally {
    await file.close();
  }
}

/**
 * What the control plane calls this machine, from the data directory alone.
 *
 * @throws AgentError `not_enrolled`.
 */
export async function readEnrolledName(dataDir: string): Promise<MachineName> {
  const { machineId } = await readIdentity(dataDir);
  const name = readMachineName(dataDir, machineId);
  if (name !== undefined) return name;
  throw notEnrolled(dataDir, 'the control plane has not told its name yet');
}

async function readIdentity(dataDir: string): Promise<Identity> {
  const file = await openIdentity(dataDir, { create: false }).catch((error: unknown) => {
    throw isLoginError(error) && error.code === 'identity_missing'
      ? notEnrolled(dataDir, 'it holds no identity')
      : error;
  });
  try {
    const identity = file.read();
    if (identity === undefined) throw notEnrolled(dataDir, 'it holds no identity');
    return identity;
  } finally {
    await file.close();
  }
}

/** Refuses plain HTTP as the login does, so that no token of any kind leaves the machine readable. */
function baseUrlOf(endpoint: string | undefined, allowInsecureHttp: boolean): string {
  if (endpoint === undefined) {
    throw new AgentError('the stored identity does not say where its control plane is', {
      code: 'not_enrolled',
      hint: 'give it with --endpoint',
    });
  }
  try {
    return new URL(resolveEndpoint(endpoint, { allowInsecureHttp }).url).origin;
  } catch (error) {
    throw withOption(error, endpoint);
  }
}

/** Says an `insecure_endpoint` of the login protocol in the words of this program's options. Others stay as they are. */
export function withOption(error: unknown, endpoint: string): unknown {
  if (!isLoginError(error) || error.code !== 'insecure_endpoint') return error;
  return new LoginError(`refused to send a token over plain HTTP to "${redactText(endpoint)}"`, {
    code: error.code,
    hint: isForLoopback(endpoint)
      ? 'use https, or add --allow-insecure-http, which is for a control plane on this machine'
      : 'use https: --allow-insecure-http is for a control plane on this machine (127.0.0.1, ::1, localhost) alone',
    cause: error,
  });
}

/** Plain HTTP is let through with the option towards this machine alone. */
function isForLoopback(endpoint: string): boolean {
  try {
    resolveEndpoint(endpoint, { allowInsecureHttp: true });
    return true;
  } catch {
    return false;
  }
}

const notEnrolled = (dataDir: string, reason: string): AgentError =>
  new AgentError(`this machine is not enrolled (${dataDir}: ${reason})`, {
    code: 'not_enrolled',
    hint: 'run "moorline-agent login --endpoint URL --token-file FILE" first, or name its data directory with --data-dir',
  });
