import { type Facade, facade } from '@moorline/apicaller/server';
import type { RemoteConfig } from './remote-config.js';

/**
 * The facade `Moorline`, version 1, by which agents learn what to do beside their own settings:
 *
 * - `Config` answers `{ config: { "interval-ms"?, "nats-servers"? } }`;
 * - `WatchConfig` answers `{ NotifyWatcherId }`, as Juju's methods of that kind do: `NotifyWatcher.Next` of that id answers when
 *   the configuration has changed since. Whoever watches first and asks then misses no change.
 */
export function moorlineFacade(config: RemoteConfig): Facade {
  return facade({
    name: 'Moorline',
    versions: [1],
    methods: {
      Config: async () => ({ config: await config.refresh() }),
      WatchConfig: (_, { client }) => ({ NotifyWatcherId: client.watchers.add(config.watched.watch()) }),
    },
  });
}
