export type { FakeConnection } from './testing/fake-connection.js';
export { createFakeNats, type FakeNats, type FakeNatsOptions } from './testing/fake-nats.js';
export type { StoredMessage } from './testing/fake-stream.js';
