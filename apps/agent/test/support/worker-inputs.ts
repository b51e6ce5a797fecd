import { manifold, type Manifold, type OutputKey, valueWorker } from '@moorline/apicaller/engine';
import { createMoorlineApi } from '../../src/moorline-api.js';
import type { NamedSession } from '../../src/workers/identity.js';
import { testMachine } from './control-plane.js';

/** A worker that has one output and nothing to do. */
export const offering = <T>(key: OutputKey<T>, value: T): Manifold =>
  manifold({ start: () => valueWorker(value), outputs: ({ output }) => [key.provide(output)] });

/** An identity whose control plane does not answer. */
export const session: NamedSession = {
  machineId: testMachine.machineId,
  baseUrl: 'http://127.0.0.1:1',
  api: createMoorlineApi({ baseUrl: 'http://127.0.0.1:1' }),
  fetchToken: () => Promise.reject(new Error('nobody answers')),
  sessionToken: () => Promise.resolve(testMachine.sessionToken),
  name: () => testMachine,
};
