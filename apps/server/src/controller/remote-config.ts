import { type WatchedValue, watchedValue } from '@moorline/apicaller/server';
import type { AgentSettings } from '@moorline/cc-store';
import { type Clock, type Logger, sleep, systemClock } from '@moorline/core';
import { type AgentConfig, agentConfigOf } from './agent-config.js';

/** The agents' configuration as this server knows it. */
export interface RemoteConfig {
  readonly watched: WatchedValue<AgentConfig>;
  /** Reads what is stored; whoever watches is told where it has changed. Rejects where the store does. */
  refresh(): Promise<AgentConfig>;
  close(): Promise<void>;
}

export interface RemoteConfigOptions {
  settings: AgentSettings;
  /** Whether other servers may change what is stored: then it is looked at twice a second, while an agent watches. */
  isShared: boolean;
  clock?: Clock | undefined;
  logger: Logger;
}

/** Milliseconds from one look at a shared store to the next: a change is to reach every agent within a second. */
const lookEveryMs = 500;

/** Follows the settings of agents. */
export function createRemoteConfig({
  settings,
  isShared,
  clock = systemClock,
  logger,
}: RemoteConfigOptions): RemoteConfig {
  const watched = watchedValue<AgentConfig>({});
  const refresh = async (): Promise<AgentConfig> => {
    const config = agentConfigOf(await settings.all());
    if (JSON.stringify(config) !== JSON.stringify(watched.value)) watched.set(config);
    return config;
  };
  const ended = new AbortController();
  const look = async (): Promise<void> => {
    let hasFailed = false;
    while (!ended.signal.aborted) {
      await sleep(lookEveryMs, { signal: ended.signal, clock }).catch(() => undefined);
      if (ended.signal.aborted || watched.watchers === 0) continue;
      await refresh().then(
        () => (hasFailed = false),
        (error: unknown) => {
          if (!hasFailed) logger.warn({ error }, "the agents' settings cannot be read now");
          hasFailed = true;
        },
      );
    }
  };
  const looking = isShared ? look() : Promise.resolve();
  return {
    watched,
    refresh,
    close() {
      ended.abort();
      return looking;
    },
  };
}
