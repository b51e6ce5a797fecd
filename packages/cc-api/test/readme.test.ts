import type { CcApiErrorCode } from '@moorline/cc-api';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, bundled } from '../../../tools/testenv/bundle.js';
import { firstColumn } from '../../../tools/testenv/readme.js';
import { serve, type Served } from './support/serve.js';

const folder = join(import.meta.dirname, '..');
const readme = readFileSync(join(folder, 'README.md'), 'utf8');

const codes: Record<CcApiErrorCode, true> = {
  bad_request: true,
  forbidden: true,
  insecure_url: true,
  internal_server_error: true,
  invalid_cluster: true,
  invalid_key: true,
  invalid_node_list: true,
  invalid_option: true,
  invalid_response: true,
  ip_not_allowed: true,
  job_already_exists: true,
  job_already_stopped: true,
  job_not_found: true,
  job_started_without_tags: true,
  metrics_unavailable: true,
  network_error: true,
  not_found: true,
  payload_too_large: true,
  route_not_found: true,
  token_expired: true,
  unauthorized: true,
  unavailable: true,
  unexpected_status: true,
  unprocessable: true,
};

it('lists every error code, and no other', () => {
  expect(firstColumn(join(folder, 'README.md'), 'Errors')).toEqual(Object.keys(codes));
});

const examples: [string, RegExp][] = [
  ['report-job', /^job 4711: started\nthe server has it already, as row 1\ncompleted after 60 s\n4711 completed\n$/],
  ['by-path', /^\d jobs\n$/],
  ['mock', /^\[ 'job_already_stopped', 'completed' \]\nmetrics_unavailable\n60 1\n$/],
  ['log-in', /^302 \[ 'api', 'user', 'manager', 'support', 'admin' \]\n$/],
  ['serve', /^\[ 'demo' \]\n$/],
  ['web-standard', /^401 \{"error":"no user for secured check","status":"Unauthorized"\}\n\n$/],
];

describe('the examples', () => {
  let served: Served;
  beforeAll(async () => {
    await bundle(folder, Object.fromEntries(examples.map(([name]) => [`example-${name}`, `examples/${name}.ts`])));
    served = await serve({ now: Math.floor(Date.now() / 1000) });
  });
  afterAll(() => served.close());

  it.each(examples)(
    '%s stands in the README as it is run, and prints what it should',
    { timeout: 30_000 },
    async (name, output) => {
      expect(readme).toContain('```ts\n' + readFileSync(join(folder, 'examples', `${name}.ts`), 'utf8') + '```');
      const env = { ...process.env, CC_URL: served.baseUrl, CC_TOKEN: served.tokens.token('A') };
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [bundled(folder, `example-${name}`)], {
        cwd: folder,
        env,
      });
      expect(stdout).toMatch(output);
      expect(stderr.replace(/\(node:\d+\) ExperimentalWarning: [^\n]*\n\(Use [^\n]*\n/g, '')).toBe('');
    },
  );
});
