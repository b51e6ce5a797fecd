import type { Agent } from '../agent-config/agent.js';
import { apiOpen } from '../client/api-open.js';
import type { Connection } from '../client/connection.js';
import { type Manifold, manifold, type StartContext } from '../engine/manifold.js';
import { ErrBounce } from '../engine/sentinels.js';
import { ApicallerError } from '../error.js';
import type { ConnectFunc, ConnectOptions, OpenFunc } from '../strategies/connect-func.js';
import { isErrChangedPassword } from '../strategies/outcomes.js';
import { apiCallerWorker } from './api-caller-worker.js';
import { agentKey, apiCallerKey, connectionKey } from './keys.js';

/** What {@link apiCallerManifold} is made of. */
export interface ApiCallerManifoldConfig {
  /** Name of the manifold that offers the agent's configuration under {@link agentKey}. */
  agentName: string;
  /** Name of an {@link apiConfigWatcherManifold}, whose end restarts the connection. Default none. */
  apiConfigWatcherName?: string | undefined;
  /** How to connect: {@link scaryConnect} or {@link onlyConnect}. */
  newConnection: ConnectFunc;
  /** How to open a connection. Default {@link apiOpen}. */
  apiOpen?: OpenFunc | undefined;
  /** Options of the strategy; the signal is the start's own. */
  connect?: Omit<ConnectOptions, 'signal'> | undefined;
  /** Translates the worker's errors for the engine; mostly an {@link agentFilter}. Default none. */
  filter?: ((error: unknown) => unknown) | undefined;
}

/**
 * A manifold whose worker is a connection to a controller, offered under {@link apiCallerKey} and {@link connectionKey}.
 * The engine connects again whenever it breaks (docs/protocol.md §4.1).
 */
export function apiCallerManifold(config: ApiCallerManifoldConfig): Manifold {
  const { agentName, apiConfigWatcherName: watcherName } = config;
  return manifold({
    inputs: watcherName === undefined ? [agentName] : [agentName, watcherName],
    async start(context: StartContext) {
      const agent = context.get(agentName, agentKey);
      if (watcherName !== undefined) context.get(watcherName);
      return apiCallerWorker(await connect(agent, config, context.signal));
    },
    outputs: ({ output }) => [apiCallerKey.provide(output), connectionKey.provide(output)],
    filter: config.filter,
  });
}

async function connect(agent: Agent, config: ApiCallerManifoldConfig, signal: AbortSignal): Promise<Connection> {
  const { newConnection, apiOpen: open = apiOpen } = config;
  try {
    return await newConnection(agent, open, { ...config.connect, signal });
  } catch (cause) {
    signal.throwIfAborted();
    if (isErrChangedPassword(cause)) throw ErrBounce;
    const { tag, modelTag = '' } = agent.currentConfig();
    const model = modelTag.slice('model-'.length).slice(0, shownOfModel);
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ApicallerError(`[${model}] ${JSON.stringify(tag)} cannot open api: ${why}`, {
      code: 'api_not_opened',
      isRetryable: true,
      hint: 'the engine tries again; the cause says what is wrong',
      cause,
    });
  }
}

/** How much of a model's uuid messages show, characters. */
const shownOfModel = 6;
