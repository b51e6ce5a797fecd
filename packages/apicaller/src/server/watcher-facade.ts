import { type Facade, facade } from './facade.js';

/**
 * The facade by which clients follow what they watch: `Next` answers when something has changed, `Stop` ends it. Both are
 * called with the watcher's id, as `context.client.watchers.add` gave it.
 *
 * ```ts
 * const address = watchedValue('nats://10.0.0.7:4222');
 * const settings = facade({
 *   name: 'Moorline',
 *   versions: [1],
 *   methods: {
 *     WatchAddress: (_, { client }) => ({ 'watcher-id': client.watchers.add(address.watch((value) => ({ value }))) }),
 *   },
 * });
 * createControllerServer({ facades: [settings, watcherFacade()], … });
 * ```
 *
 * @param name default `NotifyWatcher`, the name under which Juju's clients expect it.
 */
export function watcherFacade(name = 'NotifyWatcher', versions: readonly number[] = [1]): Facade {
  return facade({
    name,
    versions,
    objectIds: 'expected',
    methods: {
      Next: (_, { client, objectId, signal }) => client.watchers.get(objectId).next(signal),
      Stop: (_, { client, objectId }) => client.watchers.stop(objectId),
    },
  });
}
