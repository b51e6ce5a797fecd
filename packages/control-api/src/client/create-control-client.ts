import {
  type Clock,
  type Logger,
  retry,
  type RetryOptions,
  silentLogger,
  systemClock,
  withDeadline,
  withJoinedSignals,
} from '@moorline/core';
import type { OperationId } from '../wire/models.js';
import type { operations } from '../generated/types.js';
import { readBaseUrl } from './base-url.js';
import { createConnection, type Message } from './connection.js';
import type { CallOptions, ControlClient } from './control-client.js';
import { subscribeLive } from './subscribe-live.js';

/** What a client is made from. */
export interface ControlClientOptions {
  /** Address of the server: `https://cp.example:8443`. A path before `/moorline` may be part of it. */
  baseUrl: string;
  /** A machine's or user's token, or what fetches it before each request. Sent as `Authorization: Bearer`. */
  token?: string | (() => Promise<string>) | undefined;
  /** The value of the session cookie, outside browsers. A browser has its own for pages of the server and sends it by itself. */
  session?: string | undefined;
  /** Whether a browser sends its cookies; `fetch`'s default is `same-origin`. */
  credentials?: 'include' | 'omit' | 'same-origin' | undefined;
  fetch?: typeof fetch | undefined;
  /** Milliseconds for each call, its attempts together. Default 30,000; 0 turns the deadline off. */
  timeoutMs?: number | undefined;
  /** Ends every call and subscription of this client with its reason. */
  signal?: AbortSignal | undefined;
  /** How failed attempts are repeated, where that is safe; `false` never. Default 3 attempts. */
  retry?: RetryOptions | false | undefined;
  logger?: Logger | undefined;
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Lets plain HTTP through to other machines than this one. Default false. */
  allowInsecureHttp?: boolean | undefined;
  clock?: Clock | undefined;
}

/** The body of an operation's success. */
type AnswerOf<Id extends OperationId> = operations[Id]['responses'] extends {
  [Status in 200 | 201]?: { content: { 'application/json': infer Body } };
}
  ? Body
  : never;

/**
 * Makes a client of Moorline's own API. Works wherever there is `fetch`.
 *
 * @throws ControlApiError `invalid_option`, `insecure_url`.
 */
export function createControlClient(options: ControlClientOptions): ControlClient {
  const { clock = systemClock, logger = silentLogger, retry: retrying = {} } = options;
  const connection = createConnection({
    baseUrl: readBaseUrl(options.baseUrl, { allowInsecureHttp: options.allowInsecureHttp ?? false }),
    token: options.token,
    session: options.session,
    credentials: options.credentials,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    headers: options.headers ?? {},
    logger,
    clock,
  });

  const call = (message: Message, options_: CallOptions = {}, maxAttempts?: number): Promise<unknown> => {
    const { signal, timeoutMs = options.timeoutMs ?? 30_000 } = options_;
    const attempts = {
      ...(retrying === false ? { maxAttempts: 1 } : retrying),
      ...(maxAttempts === undefined ? {} : { maxAttempts }),
    };
    return withJoinedSignals([options.signal, signal], (joined) =>
      withDeadline((inner) => retry(() => connection.ask(message, inner), { ...attempts, clock, signal: inner }), {
        signal: joined,
        timeoutMs,
        attempted: connection.describe(message),
        clock,
      }),
    );
  };

  // What `connection.ask` gives was checked against the schema that the type was made from.
  const ask = async <Id extends OperationId>(message: Message<Id>, given?: CallOptions) =>
    (await call(message, given)) as AnswerOf<Id>;
  const tell = async (message: Message, given?: CallOptions): Promise<void> => void (await call(message, given));

  return {
    exchangeToken: ({ machineId, sessionToken: token }, given) =>
      ask({ operation: 'exchangeToken', token, body: { machineID: machineId } }, given),
    takeIdentity: ({ machineId, sessionToken: token, claim }, given) =>
      ask({ operation: 'takeIdentity', token, body: { machineID: machineId, claim } }, given),
    getMe: (given) => ask({ operation: 'getMe' }, given),
    redeemLink: async (link, given) => void (await call({ operation: 'redeemLink', body: { link } }, given, 1)),
    listClusters: (given) => ask({ operation: 'listClusters' }, given),
    putCluster: (description, given) =>
      tell({ operation: 'putCluster', params: { cluster: description.name }, body: description }, given),
    putHost: (cluster, host, { subCluster, metricConfig }, given) =>
      tell({ operation: 'putHost', params: { cluster, host }, body: { subCluster, metricConfig } }, given),
    searchJobs: (query, given) => ask({ operation: 'searchJobs', query }, given),
    getJob: (id, given) => ask({ operation: 'getJob', params: { id } }, given),
    getJobMetrics: (id, query, given) => ask({ operation: 'getJobMetrics', params: { id }, query }, given),
    listNodes: (cluster, query, given) => ask({ operation: 'listNodes', params: { cluster }, query }, given),
    getNode: (cluster, host, given) => ask({ operation: 'getNode', params: { cluster, host } }, given),
    listNodeStates: (cluster, host, query, given) =>
      ask({ operation: 'listNodeStates', params: { cluster, host }, query }, given),
    getNodeMetrics: (cluster, host, query, given) =>
      ask({ operation: 'getNodeMetrics', params: { cluster, host }, query }, given),
    listMachines: (given) => ask({ operation: 'listMachines' }, given),
    getMachine: (id, given) => ask({ operation: 'getMachine', params: { id } }, given),
    putReport: (report, given) => tell({ operation: 'putReport', body: report }, given),
    listRegistrations: (given) => ask({ operation: 'listRegistrations' }, given),
    createRegistration: async (registration, given) => {
      const message = { operation: 'createRegistration', body: registration } as const;
      return (await call(message, given, 1)) as AnswerOf<'createRegistration'>;
    },
    revokeRegistration: async (id, given) =>
      void (await call({ operation: 'revokeRegistration', params: { id } }, given, 1)),
    subscribeLive: (live = {}) => subscribeLive(live, { connection, clock, logger, signal: options.signal }),
  };
}
