import {
  createControllerServer,
  createMemoryEntityStore,
  facade,
  method,
  RequestError,
  watchedValue,
  watcherFacade,
} from '@moorline/apicaller/server';
import { connectInMemory } from '@moorline/apicaller/testing';

// What agents are to be told: a setting that may change, and a call that may fail.
const interval = watchedValue(60);
const settings = facade({
  name: 'Moorline',
  versions: [1],
  methods: {
    Interval: () => ({ seconds: interval.value }),
    WatchInterval: (_, { client }) => ({
      'watcher-id': client.watchers.add(interval.watch((seconds) => ({ seconds }))),
    }),
    Report: method({
      parse: (params) => String((params as { text?: unknown }).text ?? ''), // what it throws is answered
      handle: (text, { identity }) => {
        if (text === '') throw new RequestError({ message: 'nothing to report', code: 'bad request' });
        console.log(`${identity.tag} says: ${text}`);
      },
    }),
  },
});

const modelUuid = '9f5b1c2e-0000-4000-8000-00000000000a';
const entities = createMemoryEntityStore();
entities.add({ tag: 'unit-mysql-0', password: 'a-password-of-24-letters' }, modelUuid);
const controllerUuid = '9f5b1c2e-0000-4000-8000-0000000000c0';
const facades = [settings, watcherFacade()];
const controller = createControllerServer({ controllerUuid, findModel: () => ({}), entities, facades });
// For the world: httpsServer.on('upgrade', controller.handleUpgrade). Here an agent of this process comes in.
const agent = { tag: 'unit-mysql-0', password: 'a-password-of-24-letters', modelTag: `model-${modelUuid}` };
const connection = await connectInMemory(controller, agent);

await connection.apiCall('Moorline', 1, '', 'Report', { text: 'all is well' });
await connection.apiCall('Moorline', 1, '', 'Report').catch((error: unknown) => console.log(String(error)));

const { 'watcher-id': id } = (await connection.apiCall('Moorline', 1, '', 'WatchInterval')) as { 'watcher-id': string };
const next = connection.apiCall('NotifyWatcher', 1, id, 'Next'); // is answered when there is news
interval.set(10);
console.log('news:', await next);
await controller.close();
