import { ErrBounce, ErrMissing, ErrUninstall } from '@moorline/apicaller';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { soak } from '../../../tools/testenv/scale.js';
import { handManifold } from './support/hand-manifold.js';
import { testEngine } from './support/test-engine.js';

/** Manifold number i has inputs among 0 to i − 1: every acyclic graph looks so, numbered the right way. */
type Graph = readonly (readonly number[])[];

/** One thing that can go wrong with one manifold. */
interface Failure {
  readonly kind: 'error' | 'bounce' | 'good end' | 'missing' | 'uninstall' | 'failing starts' | 'failing kills';
  /** Picks the manifold: taken modulo the size of the graph. */
  readonly victim: number;
}

/**
 * What the rules require of a graph in which everything runs: the victim comes up again unless its end says otherwise,
 * and whoever needs it, by whatever way, comes up once more, or goes down where it stays down. Nobody else is touched.
 */
function model(graph: Graph, victim: number, kind: Failure['kind']): { restarted: boolean; touched: Set<number> } {
  const touched = new Set([victim]);
  graph.forEach((inputs, index) => {
    if (inputs.some((input) => touched.has(input))) touched.add(index);
  });
  return { restarted: kind !== 'good end' && kind !== 'missing' && kind !== 'uninstall', touched };
}

const graphs: fc.Arbitrary<Graph> = fc
  .record({
    size: fc.integer({ min: 1, max: 200 }),
    density: fc.integer({ min: 0, max: 4 }),
    seed: fc.infiniteStream(fc.nat()),
  })
  .map(({ size, density, seed }) =>
    Array.from({ length: size }, (_, index) => {
      const inputs = new Set<number>();
      for (let pick = 0; index > 0 && pick < density; pick++) {
        // Half of the inputs are near, which makes deep graphs; the others anywhere, which makes diamonds.
        const random = Number(seed.next().value);
        inputs.add(pick % 2 === 0 ? Math.max(0, index - 1 - (random % 3)) : random % index);
      }
      return [...inputs];
    }),
  );

const failures: fc.Arbitrary<Failure> = fc.record({
  kind: fc.constantFrom<Failure['kind'][]>(
    'error',
    'bounce',
    'good end',
    'missing',
    'uninstall',
    'failing starts',
    'failing kills',
  ),
  victim: fc.nat(),
});

it(
  'an engine of up to 200 manifolds settles after any single failure with exactly the restarts that the rules require',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        graphs,
        failures,
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        async (graph, failure, jitter) => {
          const random = () => Number(jitter.next().value);
          const { engine, clock, pass } = testEngine({
            errorDelayMs: 40,
            bounceDelayMs: 3,
            backoffFactor: 1.2,
            maxDelayMs: 200,
            random,
          });
          const isFailingKills = failure.kind === 'failing kills';
          const manifolds = graph.map((inputs) =>
            handManifold(
              inputs.map(String),
              isFailingKills ? { onKill: (worker) => worker.fail(new Error('cannot close')) } : {},
            ),
          );
          engine.installAll(Object.fromEntries(manifolds.map((manifold, index) => [String(index), manifold])));
          const settle = async () => {
            await pass(0);
            let isSettled = false;
            const settled = engine.settled().then(() => (isSettled = true));
            while (!isSettled) await pass(1);
            await settled;
          };
          await settle();
          expect(Object.values(engine.status().manifolds).map(({ state, startCount }) => [state, startCount])).toEqual(
            graph.map(() => ['started', 1]),
          );

          const victim = failure.victim % graph.length;
          const { restarted, touched } = model(graph, victim, failure.kind);
          const own = manifolds[victim];
          if (own === undefined) throw new Error('no victim');
          switch (failure.kind) {
            case 'error':
            case 'failing kills':
              own.worker.fail(new Error('x'));
              break;
            case 'failing starts':
              own.failures.push(new Error('y'), new Error('y'), ErrBounce);
              own.worker.fail(new Error('x'));
              break;
            case 'bounce':
              own.worker.fail(ErrBounce);
              break;
            case 'missing':
              own.worker.fail(ErrMissing);
              break;
            case 'uninstall':
              own.worker.fail(ErrUninstall);
              break;
            case 'good end':
              own.worker.end();
              break;
          }
          await settle();

          const after = engine.status().manifolds;
          graph.forEach((_, index) => {
            const status = after[String(index)];
            const isGone = failure.kind === 'uninstall' && index === victim;
            const wanted = !touched.has(index) ? ['started', 1] : restarted ? ['started', 2] : ['stopped', 1];
            expect(
              status === undefined ? undefined : [status.state, status.startCount],
              `${failure.kind} of ${victim}: ${index}`,
            ).toEqual(isGone ? undefined : wanted);
          });
          expect(clock.pendingTimers).toBe(0);
          await engine.stop();
        },
      ),
      { numRuns: soak(40, 5_000) },
    );
  },
);
