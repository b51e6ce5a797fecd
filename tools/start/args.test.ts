import { expect, it } from 'vitest';
import { parseArgs } from './args.js';

it('listens on 8080 unless told otherwise', () => {
  expect(parseArgs([])).toEqual({ port: 8080 });
  expect(parseArgs(['--port', '9000'])).toEqual({ port: 9000 });
  expect(parseArgs(['--port=9000'])).toEqual({ port: 9000 });
  expect(parseArgs(['--help'])).toBeUndefined();
});

it.each([
  ['--port'],
  ['--port', '0'],
  ['--port', '65536'],
  ['--port', '80a'],
  ['--porf', '1'],
  ['--port', '1', 'more'],
])('refuses %j %j', (...args) => {
  expect(() => parseArgs(args)).toThrow(RangeError);
});
