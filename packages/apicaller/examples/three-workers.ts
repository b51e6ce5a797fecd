import { createEngine, manifold, outputKey, rankedErrors, valueWorker, worker } from '@moorline/apicaller/engine';
import { sleep } from '@moorline/core';

const settingsKey = outputKey<{ intervalMs: number }>('settings');
const queueKey = outputKey<string[]>('queue');

const settings = manifold({
  start: () => valueWorker({ intervalMs: 20 }),
  outputs: (own) => [settingsKey.provide(own.output)],
});

const queue = manifold({
  inputs: ['settings'],
  start(context) {
    const { intervalMs } = context.get('settings', settingsKey); // not running yet? then this start waits for it
    const entries: string[] = [];
    const fill = async (signal: AbortSignal) => {
      for (let count = 1; ; count++) {
        entries.push(`sample ${count}`);
        await sleep(intervalMs, { signal }); // rejects when the worker is killed, and so ends it
      }
    };
    return worker(fill, { output: entries, report: () => ({ waiting: entries.length }) });
  },
  outputs: (own) => [queueKey.provide(own.output)],
});

const delivery = manifold({
  inputs: ['queue', 'settings'],
  start(context) {
    const entries = context.get('queue', queueKey);
    const { intervalMs } = context.get('settings', settingsKey);
    return worker(async (signal) => {
      for (;;) {
        for (const entry of entries.splice(0)) console.log('delivered', entry);
        await sleep(intervalMs, { signal });
      }
    });
  },
});

const engine = createEngine(rankedErrors(() => 0)); // nothing is fatal
engine.installAll({ settings, queue, delivery }, { unknownInputs: 'refuse' });
await engine.settled({ timeoutMs: 5_000 });
await sleep(100);
await engine.stop();
