import { createEngine, type Engine, manifold, outputKey, rankedErrors, valueWorker } from '@moorline/apicaller/engine';
import { sleep } from '@moorline/core';
import { measure, report } from '../../../tools/bench/harness.js';
import { depth, fixedGraph } from './graph.js';

/**
 * How long 200 manifolds take until all of them run, against the least that the same graph can take: promises that wait
 * for their inputs' promises and do the same work. Bounce delays are off: they are a choice, not a cost.
 */
const graph = fixedGraph(200);
const startMs = 20; // a file opened, a handshake
const numberKey = outputKey<number>('number');

function engineOf(work: () => Promise<void>): Engine {
  const engine = createEngine({ ...rankedErrors(() => 0), bounceDelayMs: 0 });
  graph.forEach((inputs, index) => {
    const names = inputs.map(String);
    const one = manifold({
      inputs: names,
      async start(context) {
        let sum = index;
        for (const name of names) sum += context.get(name, numberKey);
        await work();
        return valueWorker(sum);
      },
      outputs: ({ output }) => [numberKey.provide(output)],
    });
    engine.install(String(index), one);
  });
  return engine;
}

async function promisesOf(work: () => Promise<void>): Promise<void> {
  const nodes: Promise<number>[] = [];
  graph.forEach((inputs, index) => {
    const start = async () => {
      let sum = index;
      for (const input of inputs) sum += (await nodes[input]) ?? 0;
      await work();
      return sum;
    };
    nodes.push(start());
  });
  await Promise.all(nodes);
}

async function settleAndStop(work: () => Promise<void>): Promise<void> {
  const engine = engineOf(work);
  await engine.settled();
  await engine.stop();
}

const wait = () => sleep(startMs);
const nothing = () => Promise.resolve();

const waiting = await measure({ engine: () => settleAndStop(wait), promises: () => promisesOf(wait) }, { calls: 1 });
report({
  name: `settle 200, depth ${depth(graph)}, starts of ${startMs} ms`,
  unit: 'ms',
  ours: waiting.engine.msPerCall,
  peer: { name: 'plain promises', value: waiting.promises.msPerCall },
  goal: '≤ 1.25 ×',
});

const bare = await measure({ engine: () => settleAndStop(nothing) });
report({ name: 'settle and stop 200, starts of 0 ms', unit: 'ms', ours: bare.engine.msPerCall, goal: '≤ 100 ms' });
