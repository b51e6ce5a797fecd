import { expect, it } from 'vitest';
import { formatTimes, StepTimes } from './step-times.js';

it('measures steps, and parts that run beside each other', async () => {
  const times = new StepTimes();
  expect(await times.step('copy', async () => 7)).toBe(7);
  await times.step('cells', async () => {
    let end = (): void => undefined;
    const slow = times.part('slow', () => new Promise<void>((resolve) => (end = resolve)));
    await times.part('fast', async () => undefined);
    end();
    await slow;
  });
  expect(times.all.map(({ name, isPart }) => [name, isPart])).toEqual([
    ['copy', false],
    ['cells', false],
    ['slow', true],
    ['fast', true],
    ['whole', false],
  ]);
  const [copy, cells, , , whole] = times.all;
  expect((copy?.seconds ?? NaN) + (cells?.seconds ?? NaN)).toBeLessThanOrEqual(whole?.seconds ?? NaN);
});

it('counts a failed step as none: the run ends with it', async () => {
  const times = new StepTimes();
  await expect(times.step('build', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(times.all.map(({ name }) => name)).toEqual(['whole']);
});

it('writes minutes and seconds', () => {
  const times = [
    { name: 'build', seconds: 124.6, cpuSeconds: 233, isPart: false },
    { name: 'ts-5.0', seconds: 9, cpuSeconds: undefined, isPart: true },
  ];
  expect(formatTimes(times).split('\n')).toEqual([
    '| step     | took | processor |',
    '| -------- | ---: | --------: |',
    '| build    | 2:05 |      3:53 |',
    '| – ts-5.0 | 0:09 |           |',
    '',
  ]);
});
