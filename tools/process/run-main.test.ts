import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { root } from '../repo/root.js';

const runMain = pathToFileURL(`${import.meta.dirname}/run-main.ts`).href;

/** A program that is one call of runMain. */
function start(main: string) {
  const script = `import { runMain } from ${JSON.stringify(runMain)};\nawait runMain(${main});`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: root });
}

it('makes the result the exit code', async () => {
  expect(await once(start('() => 3'), 'close')).toEqual([3, null]);
});

it('makes an error one message and exit code 1, without a stack', async () => {
  const child = start(`() => { throw new RangeError('no such name'); }`);
  const closed = once(child, 'close');
  expect(await text(child.stderr)).toBe('no such name\n');
  expect(await closed).toEqual([1, null]);
});

it('ends quietly when nobody reads its output any more', async () => {
  const child = start(`async () => { for (;;) { console.log('x'.repeat(10_000)); await new Promise(setImmediate); } }`);
  const closed = once(child, 'close');
  child.stdout.once('data', () => child.stdout.destroy());
  expect(await text(child.stderr)).toBe('');
  expect(await closed).toEqual([0, null]);
});
