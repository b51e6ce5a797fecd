import type { Cluster, MetricConfig } from '@moorline/cc-api';
import { isMoorlineError, withDeadline } from '@moorline/core';
import { z } from 'zod';
import { AgentError } from './agent-error.js';
import type { MachineDescription } from './topology/describe-machine.js';
import type { EngineReport } from './workers/engine-report.js';

/** The answer to `POST /moorline/v1/token`: an hour's token, and what the control plane calls this machine. */
export interface MachineToken {
  /** Secret; opens the ClusterCockpit REST API and `/moorline/v1/clusters`. */
  token: string;
  /** Unix seconds. */
  expiresAt: number;
  /** Small and this machine's alone: its job ids are made from it. */
  machineNumber: number;
  /** The name of the machine's node group. */
  cluster: string;
  /** The machine's node name. */
  host: string;
  /** What the token may report for and read. */
  scope: { cluster: string; hosts?: string[] | undefined }[];
}

/** The answer to `POST /moorline/v1/identity`. */
export interface MachineIdentity {
  tag: string;
  modelUUID: string;
  controllerUUID: string;
  nonce: string;
  /** Secret; for the first connection, which replaces it. */
  password: string;
  /** `host:port` each. */
  addresses: string[];
  /** PEM. */
  caCert?: string | undefined;
}

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

const machineToken = z.object({
  token: z.string().min(1),
  expiresAt: z.number().int(),
  machineNumber: z.number().int().min(1).max(9_000_000),
  cluster: z.string().min(1),
  host: z.string().min(1),
  scope: z.array(z.object({ cluster: z.string(), hosts: z.array(z.string()).optional() })),
});

const machineIdentity = z.object({
  tag: z.string().regex(/^machine-\d+$/),
  modelUUID: z.uuid(),
  controllerUUID: z.uuid(),
  nonce: z.string().min(1),
  password: z.string().min(1),
  addresses: z.array(z.string().min(1)).min(1),
  caCert: z.string().optional(),
});

export function createMoorlineApi(options: MoorlineApiOptions): MoorlineApi {
  return {
    async fetchMachineToken({ machineId, sessionToken }, callOptions) {
      const answer = await call(options, 'POST', 'token', sessionToken, { machineID: machineId }, callOptions);
      const parsed = machineToken.safeParse(answer);
      if (parsed.success) return parsed.data;
      throw new AgentError(`${options.baseUrl}/moorline/v1/token answered something that is no machine token`, {
        code: 'bad_answer',
        hint: 'is the control plane of the same version as this agent, and has the machine a host name?',
        cause: parsed.error,
      });
    },
    async fetchIdentity({ machineId, sessionToken, claim }, callOptions) {
      const body = { machineID: machineId, claim };
      const parsed = machineIdentity.safeParse(
        await call(options, 'POST', 'identity', sessionToken, body, callOptions),
      );
      if (parsed.success) return parsed.data;
      throw new AgentError(`${options.baseUrl}/moorline/v1/identity answered something that is no identity`, {
        code: 'bad_answer',
        hint: 'is the control plane of the same version as this agent?',
      });
    },
    async putHost({ token, cluster, host }, subCluster, metricConfig, callOptions) {
      const path = `clusters/${encodeURIComponent(cluster)}/hosts/${encodeURIComponent(host)}`;
      await call(options, 'PUT', path, token, { subCluster, metricConfig }, callOptions);
    },
    async putReport({ token }, report, callOptions) {
      await call(options, 'PUT', 'report', token, report, callOptions);
    },
    async putCluster({ token }, cluster, callOptions) {
      await call(options, 'PUT', `clusters/${encodeURIComponent(cluster.name)}`, token, cluster, callOptions);
    },
  };
}

async function call(
  options: MoorlineApiOptions,
  method: 'POST' | 'PUT',
  path: string,
  token: string,
  body: unknown,
  { signal }: CallOptions = {},
): Promise<unknown> {
  const { baseUrl, timeoutMs = 30_000 } = options;
  const fetch = options.fetch ?? globalThis.fetch;
  const url = `${baseUrl}/moorline/v1/${path}`;
  const attempted = `${method} ${url}`;
  const { status, text } = await withDeadline(
    async (deadline) => {
      const response = await fetch(url, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: deadline,
      });
      return { status: response.status, text: await response.text() };
    },
    { signal, timeoutMs, attempted },
  ).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw unreachable(attempted, error);
  });
  if (status >= 200 && status < 300) return text === '' ? undefined : parseJson(text);
  throw refused(attempted, status, text);
}

/** `fetch` says only "fetch failed"; why is in the cause. */
function unreachable(attempted: string, error: unknown): AgentError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new AgentError(isMoorlineError(error) ? error.message : `${attempted} failed: ${reason}`, {
    code: 'server_unreachable',
    hint: 'is the control plane running, and is the endpoint right?',
    isRetryable: true,
    cause: error,
  });
}

const failure = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() });

function refused(attempted: string, status: number, text: string): AgentError {
  const answer = failure.safeParse(parseJson(text)).data;
  return new AgentError(
    `${attempted} was answered with ${status}${answer === undefined ? '' : `: ${answer.message}`}`,
    {
      code: 'server_refused',
      hint: answer?.hint ?? hintOf(status),
      isRetryable: status >= 500 || status === 429 || status === 408,
      details: { status, ...(answer === undefined ? {} : { reason: answer.code }) },
    },
  );
}

function hintOf(status: number): string {
  if (status === 404) return 'is this the address of a Moorline control plane?';
  return status >= 500 ? 'the control plane failed; its log tells why' : 'the log of the control plane tells why';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
