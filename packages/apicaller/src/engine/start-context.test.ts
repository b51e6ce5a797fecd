import { expect, it } from 'vitest';
import { manifold } from './manifold.js';
import { outputKey } from './output-key.js';
import { valueWorker } from './run-worker.js';
import { openStart } from './start-context.js';

it('resolves from its snapshot alone and keeps a log of it', async () => {
  const key = outputKey<string>('colour');
  const colour = manifold({ start: () => valueWorker('blue'), outputs: ({ output }) => [key.provide(output)] });
  const signal = new AbortController().signal;
  const worker = await colour.start({ name: 'colour', signal, get: () => undefined });
  const start = openStart(
    'reader',
    signal,
    new Map([
      ['colour', { worker, manifold: colour }],
      ['absent', undefined],
    ]),
  );
  const { context } = start;
  worker.kill();
  await worker.wait();
  expect(context.get('colour', key)).toBe('blue');
  context.get('colour');
  expect(() => context.get('absent', key)).toThrow('"absent" not running: dependency not available');
  expect(() => context.get('other')).toThrow('"other" not declared: dependency not available');
  start.expire();
  expect(() => context.get('colour')).toThrow('expired context: cannot be used outside Start func');
  const missing = (message: string) => expect.objectContaining({ code: 'dependency_missing', message });
  expect(start.resolutions).toEqual([
    { input: 'colour', output: 'colour' },
    { input: 'colour' },
    { input: 'absent', output: 'colour', error: missing('"absent" not running: dependency not available') },
    { input: 'other', error: missing('"other" not declared: dependency not available') },
  ]);
});
