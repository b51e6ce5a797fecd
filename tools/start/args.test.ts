import { expect, it } from 'vitest';
import { parseArgs } from './args.js';

it('listens on 8080 and opens a browser unless told otherwise', () => {
  expect(parseArgs([])).toEqual({ port: 8080, mayOpen: true });
  expect(parseArgs(['--port', '9000'])).toEqual({ port: 9000, mayOpen: true });
  expect(parseArgs(['--port=9000', '--no-open'])).toEqual({ port: 9000, mayOpen: false });
  expect(parseArgs(['--help'])).toBeUndefined();
});

it.each([
  ['--port'],
  ['--port', '0'],
  ['--port', '65536'],
  ['--port', '80a'],
  ['--porf', '1'],
  ['--port', '1', 'more'],
  ['--no-open=x'],
])('refuses %j %j %j', (...args) => {
  expect(() => parseArgs(args)).toThrow(RangeError);
});
