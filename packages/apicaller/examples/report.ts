import { createEngine, ErrBounce, manifold, rankedErrors, worker } from '@moorline/apicaller/engine';
import { sleep } from '@moorline/core';

const engine = createEngine({ ...rankedErrors(() => 0), errorDelayMs: 60_000 });
let connects = 0;
engine.installAll({
  connection: manifold({
    start() {
      if (connects++ === 0) throw new Error('first password replaced', { cause: ErrBounce }); // again, at once
      return worker((signal) => sleep(3_600_000, { signal }), { report: () => ({ peer: '192.0.2.7' }) });
    },
  }),
  reporter: manifold({
    inputs: ['connection'],
    start(context) {
      context.get('connection'); // no key: only asks that it runs
      throw new Error('no such device'); // again after the error delay, which grows
    },
  }),
  watcher: manifold({
    inputs: ['configuration'], // nobody has installed it yet
    start(context) {
      context.get('configuration');
      return worker((signal) => sleep(3_600_000, { signal }));
    },
  }),
});
await sleep(200);

for (const [name, manifold] of Object.entries(engine.status().manifolds)) {
  console.log(`${name}: ${manifold.state}, came up ${manifold.startCount} ×`);
  for (const { input, error = 'there' } of manifold.resolutions) console.log(`  asked for ${input}: ${error}`);
  if (manifold.lastError !== undefined) console.log(`  last error: ${manifold.lastError.message}`);
  if (manifold.nextStart !== undefined) console.log(`  next start after ${manifold.nextStart.delayMs} ms`);
  if (manifold.report !== undefined) console.log(`  says: ${JSON.stringify(manifold.report)}`);
}
await engine.stop();
