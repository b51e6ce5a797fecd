import type { Agent } from '../agent-config/agent.js';
import { type Manifold, manifold, type StartContext } from '../engine/manifold.js';
import { worker } from '../engine/run-worker.js';
import { ErrBounce } from '../engine/sentinels.js';
import { ApicallerError } from '../error.js';
import { agentKey } from './keys.js';

/** Tells of each change of an agent's configuration; an {@link AgentFile} does. */
export interface ConfigChanged {
  /**
   * Calls `onChange` after each change, until the returned function is called.
   *
   * @param onClosed called when there will be no more changes.
   */
  onChange(onChange: () => void, onClosed?: () => void): () => void;
}

/** What {@link apiConfigWatcherManifold} is made of. */
export interface ApiConfigWatcherConfig {
  /** Name of the manifold that offers the agent's configuration under {@link agentKey}. */
  agentName: string;
  agentConfigChanged: ConfigChanged;
}

/**
 * A manifold whose worker ends, to be started again, when the addresses of the controllers have changed: whatever has it
 * as an input restarts then, with the new ones (docs/protocol.md §4.3). Their order is no change, nor is a password.
 */
export function apiConfigWatcherManifold({ agentName, agentConfigChanged }: ApiConfigWatcherConfig): Manifold {
  return manifold({
    inputs: [agentName],
    start(context: StartContext) {
      const agent = context.get(agentName, agentKey);
      const known = addressesOf(agent);
      return worker((signal) => watch(agent, known, agentConfigChanged, signal));
    },
  });
}

/** Ends when `signal` is aborted; fails when the addresses are others than `known`, now or later. */
function watch(agent: Agent, known: string, changed: ConfigChanged, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      stop();
      signal.removeEventListener('abort', onAbort);
      outcome();
    };
    const onAbort = (): void => settle(resolve);
    const look = (): void => {
      if (addressesOf(agent) !== known) settle(() => reject(ErrBounce));
    };
    const stop = changed.onChange(look, () => settle(() => reject(closed())));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else look();
  });
}

const addressesOf = (agent: Agent): string => [...agent.currentConfig().apiAddresses].sort().join('\n');

const closed = (): ApicallerError => new ApicallerError('config changed value closed', { code: 'config_closed' });
