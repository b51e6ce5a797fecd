import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { firstColumn } from '../../../tools/testenv/readme.js';
import type { ControlApiErrorCode } from '../src/index.js';
import { createMemoryServer } from '../src/testing.js';
import { listen, type Listening } from './support/listen.js';

const folder = join(import.meta.dirname, '..');
const readme = readFileSync(join(folder, 'README.md'), 'utf8');

const codes: Record<ControlApiErrorCode, true> = {
  bad_request: true,
  bad_body: true,
  bad_query: true,
  unknown_cursor: true,
  unauthorized: true,
  link_spent: true,
  out_of_scope: true,
  forbidden: true,
  not_found: true,
  method_not_allowed: true,
  too_slow: true,
  identity_taken: true,
  body_too_large: true,
  bad_cluster: true,
  headers_too_large: true,
  internal: true,
  unavailable: true,
  network_error: true,
  invalid_response: true,
  unexpected_status: true,
  invalid_option: true,
  insecure_url: true,
};

it('lists every error code, and no other', () => {
  expect(firstColumn(join(folder, 'README.md'), 'Errors')).toEqual(Object.keys(codes));
});

const memory = createMemoryServer();
let served: Listening;
beforeAll(async () => {
  served = await listen(memory.handle);
  vi.stubEnv('CONTROL_URL', served.baseUrl);
  vi.stubEnv('CONTROL_TOKEN', 'admin');
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  vi.unstubAllEnvs();
  memory.close();
  await served.kill();
});

it.each([
  ['search-jobs', '2 of \\d+ true\nmem_bw socket GB/s true\nnot_found 404'],
  ['listen', 'connecting\nopen\nstarted alice\nclosed'],
  ['serve', '401\nada'],
  ['mock', '5\nunknown_cursor\nrunning'],
])('runs the example %s as it stands in the README, and it prints what it should', async (name, output) => {
  expect(readme).toContain('```ts\n' + readFileSync(join(folder, 'examples', `${name}.ts`), 'utf8') + '```');
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...words: unknown[]) => void lines.push(words.map(String).join(' ')));
  await import(`../examples/${name}.ts`);
  expect(lines.join('\n')).toMatch(new RegExp(`^${output}$`));
});
