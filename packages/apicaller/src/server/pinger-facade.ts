import { type Facade, facade } from './facade.js';

/** The facade by which agents show that they are there (docs/protocol.md §1.7). */
export function pingerFacade(): Facade {
  return facade({
    name: 'Pinger',
    versions: [1],
    objectIds: 'ignored',
    methods: {
      Ping: (_, { client }) => client.pinged(),
      Stop: (_, { client }) => client.stopPingTimer(),
    },
  });
}
