import { createEngine, manifold, rankedErrors, valueWorker, worker } from '@moorline/apicaller/engine';
import { sleep } from '@moorline/core';

class RestartNeeded extends Error {}
class MachineRemoved extends Error {}

const engine = createEngine({
  // The worst fatal error is what the engine ends with; 0 is not fatal.
  ...rankedErrors((error) => (error instanceof MachineRemoved ? 2 : error instanceof RestartNeeded ? 1 : 0)),
});
engine.installAll({
  store: manifold({
    start: () => valueWorker('store', { close: () => console.log('store closed') }),
  }),
  upgrader: manifold({
    start: () =>
      worker(async (signal) => {
        await sleep(50, { signal });
        throw new RestartNeeded('version 2 is installed');
      }),
  }),
  identity: manifold({
    inputs: ['store'],
    start(context) {
      context.get('store');
      return worker(async (signal) => {
        await sleep(3_600_000, { signal }).catch(() => undefined);
        throw new Error('410 Gone'); // on the way down: it counts all the same
      });
    },
    filter: (error) =>
      error instanceof Error && error.message === '410 Gone'
        ? new MachineRemoved('the machine was removed', { cause: error })
        : error,
  }),
});

try {
  await engine.wait();
} catch (error) {
  console.log(String(error));
  console.log(engine.report().manifolds);
}
