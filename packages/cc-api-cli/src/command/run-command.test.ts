import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runCommand } from './run-command.js';

let said = '';
beforeEach(() => {
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

it.each([
  [[]],
  [['serve']],
  [['diff', 'only-one']],
  [['generate', '--out', 'x']],
  [['generate', '--document', 'x']],
  [['generate', '--document', 'x', '--from', 'http://x', '--out', 'y']],
  [['generate', '--from', 'file.json', '--out', 'y']],
  [['generate', '--document', 'x', '--out', 'y', '--view', 'best']],
  [['generate', '--document', 'x', '--out', 'y', '--only', 'types,java']],
  [['generate', '--document', 'x', '--out', 'y', '--only', 'msw']],
  [['generate', '--document', 'x', '--out', 'y', '--seed', '1.5']],
  [['generate', '--document', 'x', '--out', 'y', '--timeout', 'soon']],
])('ends with 64 for the command line %j', async (parameters) => {
  expect(await runCommand(parameters)).toBe(64);
  expect(said).toMatch(/^(?:error|cc-api|Usage): /);
  expect(process.listenerCount('SIGINT')).toBe(0);
});
