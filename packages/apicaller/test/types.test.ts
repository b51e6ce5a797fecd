import { createEngine, manifold, outputKey, rankedErrors, valueWorker, worker } from '@moorline/apicaller';
import { expect, expectTypeOf, it } from 'vitest';

it('carries types from keys to workers', async () => {
  const numberKey = outputKey<number>('number');
  const got: number[] = [];
  const engine = createEngine(rankedErrors(() => 0));
  engine.installAll({
    number: manifold({
      start: () => valueWorker(7),
      outputs: (own) => {
        expectTypeOf(own.output).toEqualTypeOf<number>();
        return [numberKey.provide(own.output)];
      },
    }),
    reader: manifold({
      inputs: ['number'],
      async start(context) {
        expectTypeOf(context.get).parameter(0).toEqualTypeOf<'number'>();
        const value = context.get('number', numberKey);
        expectTypeOf(value).toEqualTypeOf<number>();
        got.push(value);
        return worker(async (signal) => {
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
        });
      },
    }),
  });
  await engine.settled();
  expect(engine.report().manifolds).toMatchObject({ number: { state: 'started' }, reader: { state: 'started' } });
  await engine.stop();
  expect(got).toEqual([7]);
});
