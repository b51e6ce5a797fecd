import type { Cluster, MetricConfig } from '@moorline/cc-api';
import {
  type ControlApiError,
  createControlClient,
  type EngineReport,
  isControlApiError,
  type MachineIdentity,
  type MachineToken,
} from '@moorline/control-api';
import { isTimeoutError } from '@moorline/core';
import { z } from 'zod';
import { AgentError } from './agent-error.js';
import type { MachineDescription } from './topology/describe-machine.js';

export type { MachineIdentity, MachineToken };

/** Moorline's own API, as far as an agent needs it. Every call throws AgentError `server_unreachable`, `server_refused`
 * (`details.status`, and `details.reason` with the server's code) or `bad_answer`. */
export interface MoorlineApi {
  fetchMachineToken(
    identity: { machineId: string; sessionToken: string },
    options?: CallOptions,
  ): Promise<MachineToken>;
  /**
   * The machine's Juju identity, with a first password. It comes once; again for the same claim until that password was replaced.
   *
   * @param claim a secret of the machine's own, 24 characters or more.
   */
  fetchIdentity(
    identity: { machineId: string; sessionToken: string; claim: string },
    options?: CallOptions,
  ): Promise<MachineIdentity>;
  /** Describes this machine to the control plane. */
  putHost(
    token: MachineToken,
    description: MachineDescription,
    metrics: readonly MetricConfig[],
    options?: CallOptions,
  ): Promise<void>;
  /** Tells what this agent does. */
  putReport(token: MachineToken, report: EngineReport, options?: CallOptions): Promise<void>;
  /** Describes a whole cluster. */
  putCluster(token: MachineToken, cluster: Cluster, options?: CallOptions): Promise<void>;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

/** Options of {@link createMoorlineApi}. */
export interface MoorlineApiOptions {
  /** Scheme, host and port: `https://cp.example:8443`. */
  baseUrl: string;
  fetch?: typeof fetch | undefined;
  /** Milliseconds for one call. Default 30,000; 0 turns the deadline off. */
  timeoutMs?: number | undefined;
}

/** What is used of an answer beyond its shape: job ids are made of the number, a folder of the tag. */
const usableToken = z.object({
  expiresAt: z.number().int(),
  machineNumber: z.number().int().min(1).max(9_000_000),
  ...{ token: z.string().min(1), cluster: z.string().min(1), host: z.string().min(1) },
});

const usableIdentity = z.object({
  tag: z.string().regex(/^machine-\d+$/),
  ...{ modelUUID: z.uuid(), controllerUUID: z.uuid(), nonce: z.string().min(1), password: z.string().min(1) },
  addresses: z.array(z.string().min(1)).min(1),
});

export function createMoorlineApi({ baseUrl, fetch, timeoutMs }: MoorlineApiOptions): MoorlineApi {
  // Who calls decides when it is tried again, and how the endpoint may be reached was decided when it was opened.
  const client = (token?: MachineToken) =>
    createControlClient({
      ...{ baseUrl, fetch, timeoutMs },
      token: token?.token,
      retry: false,
      allowInsecureHttp: true,
    });
  return {
    async fetchMachineToken(machine, options) {
      const answer = await asked(client().exchangeToken(machine, options));
      if (usableToken.safeParse(answer).success) return answer;
      throw badAnswer(`${baseUrl}/moorline/v1/token answered something that is no machine token`);
    },
    async fetchIdentity(machine, options) {
      const answer = await asked(client().takeIdentity(machine, options));
      if (usableIdentity.safeParse(answer).success) return answer;
      throw badAnswer(`${baseUrl}/moorline/v1/identity answered something that is no identity`);
    },
    putHost: (token, subCluster, metricConfig, options) =>
      asked(client(token).putHost(token.cluster, token.host, { subCluster, metricConfig }, options)),
    putReport: (token, report, options) => asked(client(token).putReport(report, options)),
    putCluster: (token, cluster, options) => asked(client(token).putCluster(cluster, options)),
  };
}

/** The client's failures in the words of this program. */
async function asked<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isTimeoutError(error)) throw unreachable(error);
    throw isControlApiError(error) ? asAgentError(error) : error;
  }
}

function asAgentError(error: ControlApiError): Error {
  if (error.code === 'network_error') return unreachable(error);
  if (error.code === 'invalid_response') return badAnswer(error.message, error);
  if (error.status === undefined) return error;
  const { message, hint, isRetryable, details } = error;
  return new AgentError(message, { code: 'server_refused', hint, isRetryable, details, cause: error });
}

const unreachable = (error: Error): AgentError =>
  new AgentError(error.message, {
    code: 'server_unreachable',
    hint: 'is the control plane running, and is the endpoint right?',
    isRetryable: true,
    cause: error,
  });

const badAnswer = (message: string, cause?: unknown): AgentError =>
  new AgentError(message, {
    code: 'bad_answer',
    hint: 'is the control plane of the same version as this agent, and has the machine a host name?',
    cause,
  });
